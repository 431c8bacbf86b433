import { randomUUID } from 'node:crypto'

/**
 * Returns a random id of 32 hexadecimal digits, all 128 bits random.
 *
 * It is built from UUIDs because Node.js draws their random bits in bulk: `randomBytes` for each id
 * would take as long as parsing a small request.
 */
export function randomId(): string {
  // Six bits of a UUID are fixed: the version at the start of its third group, the variant at the
  // start of its fourth. Two digits of a second UUID replace both.
  const [a = '', b = '', c = '', d = '', e = ''] = randomUUID().split('-')
  return `${a}${b}${randomUUID().slice(0, 2)}${c.slice(1)}${d.slice(1)}${e}`
}
