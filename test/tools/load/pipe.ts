import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A minimal proxy: forwards requests and responses with `node:http`, without parsing. The costs of
 * the real proxy are reported as multiples of its costs.
 */
const upstream = new URL(process.env.UPSTREAM ?? 'http://127.0.0.1')
const agent = new Agent({ keepAlive: true })

const server = createServer((incoming, response) => {
  const outgoing = request(
    { agent, host: upstream.hostname, port: upstream.port, path: incoming.url, method: incoming.method, headers: incoming.headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.once('error', () => response.destroy()).pipe(response)
    },
  )
  outgoing.once('error', () => response.destroy())
  response.once('close', () => {
    if (!response.writableFinished) outgoing.destroy()
  })
  incoming.pipe(outgoing)
})

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', 4096, () => {
  const { port } = server.address() as AddressInfo // the cast is safe: a TCP server has a port
  const address = `http://127.0.0.1:${port}`
  if (process.send) process.send({ event: 'listening', address })
  else process.stdout.write(`${JSON.stringify({ msg: 'listening', address })}\n`)
})
process.once('disconnect', () => process.exit())
