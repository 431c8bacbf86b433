import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** The answers of a name server about one host. */
export interface Zone {
  readonly ipv4?: readonly string[]
  /** Addresses written in full, with eight groups. */
  readonly ipv6?: readonly string[]
  /** The response code, such as 3 for a name that does not exist. */
  readonly code?: number
  /** The response code to queries for IPv6 addresses, if it differs from `code`. */
  readonly ipv6Code?: number
}

/** A name server on the loopback address. */
export interface NameServer {
  /** Address of the name server, such as `127.0.0.1:5353`. */
  readonly address: string
  /** The host names in all queries so far. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

const IPV6 = 28
const HEADER_BYTES = 12

/** Starts a name server on a free port; it never answers for unknown hosts. */
export async function startNameServer(zones: Readonly<Record<string, Zone>>): Promise<NameServer> {
  const asked: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = readQuestion(query)
    asked.push(name)
    const zone = zones[name]
    if (zone === undefined) return
    const records =
      type === IPV6 ? (zone.ipv6 ?? []).map(ipv6Bytes) : (zone.ipv4 ?? []).map((each) => Buffer.from(each.split('.').map(Number)))
    const code = (type === IPV6 ? zone.ipv6Code : undefined) ?? zone.code ?? 0
    const header = Buffer.alloc(HEADER_BYTES)
    query.copy(header, 0, 0, 2)
    header.writeUInt16BE(0x8180 | code, 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(records.length, 6)
    const answers = records.map((data) => {
      const head = Buffer.alloc(12)
      head.writeUInt16BE(0xc00c, 0)
      head.writeUInt16BE(type, 2)
      head.writeUInt16BE(1, 4)
      head.writeUInt32BE(60, 6)
      head.writeUInt16BE(data.length, 10)
      return Buffer.concat([head, data])
    })
    socket.send(Buffer.concat([header, query.subarray(HEADER_BYTES, end), ...answers]), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = HEADER_BYTES
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function ipv6Bytes(address: string): Buffer {
  const bytes = Buffer.alloc(16)
  for (const [index, group] of address.split(':').entries()) bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2)
  return bytes
}
