import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'

/** The client's IP address; behind a gateway, the X-Forwarded-For entry that the gateway adds. */
export function clientAddressOf({ headers, socket }: FastifyRequest, isBehindGateway: boolean): string {
  const entries = isBehindGateway ? String(headers['x-forwarded-for'] ?? '').split(',') : []
  const entry = withoutPort(entries.at(-1)?.trim() ?? '')
  return isIP(entry) === 0 ? (socket.remoteAddress ?? '') : entry
}

const withoutPort = (entry: string): string => (isIP(entry) === 0 ? entry.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') : entry)
