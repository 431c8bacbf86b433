import type { LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { connect } from 'node:tls'
import { Agent } from 'undici'

const HTTPS_PORT = 443

/** Where a checked address really leads. For tests alone: no setting of the service can name it. */
export interface TestDestination {
  readonly address: string
  readonly port: number
  /** Certificate authority of the test's server, PEM. */
  readonly ca: string
}

/** How connections are led to a server of a test, after the address has been checked as always. */
export type ConnectTo = (checked: LookupAddress) => TestDestination

/**
 * Makes an agent for one hop that connects to the addresses given and looks nothing up.
 *
 * The name of the URL still goes into SNI, the check of the certificate, and `Host`. Because there is no second
 * look-up, a name server cannot answer differently after the check.
 *
 * @param checked - addresses that the guard has let pass, at least one
 * @param signal - closes the connection, also one that is still being made
 */
export function makePinnedAgent(checked: readonly LookupAddress[], signal: AbortSignal, connectTo?: ConnectTo): Agent {
  const destinations = connectTo === undefined ? undefined : checked.map(connectTo)
  const lookup = answering(destinations?.map(({ address }) => ({ address, family: 4 })) ?? checked)
  const [destination] = destinations ?? []
  const trusted = destination === undefined ? {} : { ca: destination.ca }
  // Not undici's own connector: until a handshake ends by itself, it does not notice that the request is given up.
  return new Agent({
    connections: 1,
    pipelining: 0,
    connect: ({ hostname, port }, done) => {
      const socket = connect({
        host: hostname,
        port: destination?.port ?? Number(port === '' ? HTTPS_PORT : port),
        servername: isIP(hostname) === 0 ? hostname : '',
        lookup,
        ...trusted,
      })
      const stop = (): unknown => socket.destroy(new Error('given up'))
      signal.addEventListener('abort', stop, { once: true })
      socket.once('close', () => signal.removeEventListener('abort', stop))
      socket.on('error', (error) => done(error, null)) // once connected, it is undici's own listener that counts
      socket.once('secureConnect', () => done(null, socket))
    },
  })
}

/** A look-up that always has the same answer, in both forms that Node.js asks for. */
function answering(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, done) => {
    if (options.all === true) done(null, [...addresses])
    else done(null, addresses[0]?.address ?? '', addresses[0]?.family)
  }
}
