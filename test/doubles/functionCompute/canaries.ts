import { FC_CREDENTIALS } from '../../support/canaries.js'

/** The credentials of the function's role: they must never leave the platform. */
export const CREDENTIALS = {
  accessKeyId: FC_CREDENTIALS['x-fc-access-key-id'],
  accessKeySecret: FC_CREDENTIALS['x-fc-access-key-secret'],
  securityToken: FC_CREDENTIALS['x-fc-security-token'],
} as const

/** Account id and log names: not secret, but they must not be disclosed either. */
export const ACCOUNT = { accountId: '1970000000000042', logProject: 'canary-log-project', logStore: 'canary-log-store' } as const

/** The strings that must not appear in logs, responses or requests to Gemini. */
export const CANARIES: readonly string[] = [...Object.values(CREDENTIALS), ...Object.values(ACCOUNT)]

/**
 * Searches for strings in a text that arrives in pieces.
 *
 * @returns a function that takes the next piece and returns the strings found in it
 */
export function makeSearch(needles: readonly string[]): (piece: Buffer | string) => string[] {
  const longest = Math.max(...needles.map(({ length }) => length))
  let rest = ''
  return (piece) => {
    const text = rest + (typeof piece === 'string' ? piece : piece.toString('latin1'))
    rest = text.slice(-longest + 1)
    return needles.filter((needle) => text.includes(needle))
  }
}
