import type { LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { connect } from 'node:tls'
import { Agent } from 'undici'

/** The server to which a test redirects a connection. No setting of the proxy does that. */
export interface TestDestination {
  readonly address: string
  readonly port: number
  /** Certificate of the authority that the test's server uses, as PEM. */
  readonly ca: string
}

/** For tests: redirects connections after the address has been checked as usual. */
export type ConnectTo = (checked: LookupAddress) => TestDestination

/**
 * Makes an agent for one HTTP request that connects only to the given addresses, without DNS.
 *
 * The host name of the URL is still used for SNI, the certificate check and `Host`. As there is no
 * second DNS lookup, a name server cannot return another address after the check.
 *
 * @param checked - public addresses of the host, at least one
 * @param signal - closes the connection, even while it is being established
 */
export function makePinnedAgent(checked: readonly LookupAddress[], signal: AbortSignal, connectTo?: ConnectTo): Agent {
  const destinations = connectTo === undefined ? undefined : checked.map(connectTo)
  const lookup = makeFixedLookup(destinations?.map(({ address }) => ({ address, family: 4 })) ?? checked)
  const [destination] = destinations ?? []
  const trusted = destination === undefined ? {} : { ca: destination.ca }
  // undici's own connector is not used: it reacts to an abort only after the TLS handshake.
  return new Agent({
    connections: 1,
    pipelining: 0,
    connect: ({ hostname, port }, done) => {
      const socket = connect({
        host: hostname,
        port: destination?.port ?? Number(port === '' ? 443 : port),
        servername: isIP(hostname) === 0 ? hostname : '',
        lookup,
        ...trusted,
      })
      const stop = (): unknown => socket.destroy(new Error('the request was aborted'))
      signal.addEventListener('abort', stop, { once: true })
      socket.once('close', () => signal.removeEventListener('abort', stop))
      // Reports an error that prevents the connection; once connected, undici has its own listener.
      socket.on('error', (error) => done(error, null))
      socket.once('secureConnect', () => done(null, socket))
    },
  })
}

/** Makes a DNS lookup that returns the given addresses: all or the first, as Node.js requests. */
function makeFixedLookup(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, done) => {
    if (options.all === true) done(null, [...addresses])
    else done(null, addresses[0]?.address ?? '', addresses[0]?.family)
  }
}
