import { FC_CREDENTIALS } from '../../support/canaries.js'

/** What the platform has for a role: it must be seen nowhere. */
export const CREDENTIALS = {
  accessKeyId: FC_CREDENTIALS['x-fc-access-key-id'],
  accessKeySecret: FC_CREDENTIALS['x-fc-access-key-secret'],
  securityToken: FC_CREDENTIALS['x-fc-security-token'],
} as const

/** Of the account and the log: no secrets, but nobody's business. */
export const ACCOUNT = { accountId: '1970000000000042', logProject: 'canary-log-project', logStore: 'canary-log-store' } as const

/** The strings that may be neither in the log nor in an answer nor on the way to Gemini. */
export const CANARIES: readonly string[] = [...Object.values(CREDENTIALS), ...Object.values(ACCOUNT)]

/** Looks for strings in a text that comes in pieces. @returns a function that takes the next piece and gives what it has found in it */
export function makeSearch(words: readonly string[]): (piece: Buffer | string) => string[] {
  const longest = Math.max(...words.map(({ length }) => length))
  let rest = ''
  return (piece) => {
    const text = rest + (typeof piece === 'string' ? piece : piece.toString('latin1'))
    rest = text.slice(-longest + 1)
    return words.filter((word) => text.includes(word))
  }
}
