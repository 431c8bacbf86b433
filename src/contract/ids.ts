import { randomUUID } from 'node:crypto'

/**
 * A random id of 32 hexadecimal digits, 128 random bits.
 *
 * Made of UUIDs, whose random bits Node.js draws in bulk: a draw of its own would cost as much as the parsing of a small request.
 */
export function randomId(): string {
  // A UUID has six fixed bits: its third group begins with the version, its fourth with the variant. The second UUID's first group replaces them.
  const [a = '', b = '', c = '', d = '', e = ''] = randomUUID().split('-')
  return `${a}${b}${randomUUID().slice(0, 2)}${c.slice(1)}${d.slice(1)}${e}`
}
