import { createHash, timingSafeEqual } from 'node:crypto'
import type { NamedToken } from '../../config/readers.js'
import type { Secret } from '../../config/secret.js'
import type { Config } from '../../config/settings.js'
import { apiError } from '../../contract/errors.js'
import type { Credential } from '../dispatch/contractOperation.js'
import { FailedLogins } from './failedLogins.js'
import type { SentTokens } from './sentTokens.js'

/**
 * Checks the tokens that a request presents. If it presents several, one valid token suffices.
 *
 * @param address - returns the client's address; called only if wrong tokens are limited
 * @returns the caller of the accepted token; undefined if no token is required
 * @throws ApiError 401, or 429 after too many wrong tokens
 */
export type Authenticate = (credential: Credential, sent: SentTokens, address: () => string) => Caller | undefined

/** The sender of a request, identified by its token. */
export interface Caller {
  /** The operator's name for the token, otherwise `k_` and a short hash of it; for the log. */
  readonly name: string
  /** The full hash of the token: two tokens with the same name are different callers. */
  readonly identity: string
}

interface AcceptedToken {
  readonly hash: Buffer
  readonly caller: Caller
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

const toAcceptedToken = ({ name, token }: NamedToken): AcceptedToken => {
  const hash = hashOf(token.reveal())
  const identity = hash.toString('hex')
  return { hash, caller: { name: name ?? `k_${identity.slice(0, 8)}`, identity } }
}

/** Error messages of an endpoint for a missing or invalid token, in place of the default ones. */
interface RefusalMessages {
  readonly missing?: string
  readonly invalid?: string
}

const METRICS_REFUSAL: RefusalMessages = {
  invalid: 'The token is not valid for GET /metrics. Use METRICS_TOKEN or, if that is not set, the only token of AUTH_TOKEN.',
}
const CONSOLE_REFUSAL: RefusalMessages = {
  missing: 'No admin token was sent. Send the header `Authorization: Bearer <ADMIN_TOKEN>`.',
  invalid: 'The token is not valid for the console. Use the one that the operator of this proxy has configured in ADMIN_TOKEN.',
}
const CONSOLE_CLOSED_MESSAGE = 'The data of the console is not available because ADMIN_TOKEN is not set. Set it and restart the server.'
const CONSOLE_CLOSED: RefusalMessages = { missing: CONSOLE_CLOSED_MESSAGE, invalid: CONSOLE_CLOSED_MESSAGE }

/** The accepted tokens of one security scheme, and the error messages for other tokens. */
interface Scheme {
  /** The accepted tokens; undefined if no token is required. */
  readonly tokens?: readonly AcceptedToken[] | undefined
  readonly refusal?: RefusalMessages
  /** Limits how many wrong tokens one client network can try; undefined for no limit. */
  readonly failures?: FailedLogins
}

/** Makes a function that checks tokens. It compares their hashes in constant time. */
export function makeAuthenticate({ authTokens, metricsToken, adminToken }: TokenSettings): Authenticate {
  const callers = authTokens?.map(toAcceptedToken)
  const schemes: Readonly<Record<Credential, Scheme>> = {
    none: {},
    bearerAuth: { tokens: callers },
    metricsToken: { tokens: toMetricsTokens(callers, metricsToken), refusal: METRICS_REFUSAL },
    adminToken:
      adminToken === undefined
        ? { tokens: [], refusal: CONSOLE_CLOSED }
        : { tokens: [toAcceptedToken({ name: 'admin', token: adminToken })], refusal: CONSOLE_REFUSAL, failures: new FailedLogins() },
  }

  return (credential, { bearer, keys }, address) => {
    const { tokens, refusal = {}, failures } = schemes[credential]
    if (tokens === undefined) return undefined
    const sent = [...(bearer === undefined ? [] : [bearer]), ...(credential === 'bearerAuth' ? keys : [])]
    if (sent.length === 0) throw apiError('missing_api_key', refusal.missing)
    const matches = sent.map((token) => {
      const hash = hashOf(token)
      failures?.check(address(), hash.toString('hex'))
      const caller = callerOf(hash, tokens)
      if (caller === undefined) failures?.add(address(), hash.toString('hex'))
      return caller
    })
    const accepted = matches.find((caller) => caller !== undefined)
    if (accepted === undefined) throw apiError('invalid_api_key', refusal.invalid)
    return accepted
  }
}

/** Finds a token's caller. Compares all tokens, so that the duration reveals nothing about them. */
function callerOf(hash: Buffer, tokens: readonly AcceptedToken[]): Caller | undefined {
  let caller: Caller | undefined
  for (const candidate of tokens) if (timingSafeEqual(candidate.hash, hash)) caller = candidate.caller
  return caller
}

type TokenSettings = Pick<Config, 'authTokens' | 'metricsToken' | 'adminToken'>

/**
 * The tokens that GET /metrics accepts: METRICS_TOKEN, otherwise AUTH_TOKEN if it has only one;
 * undefined if neither is set, because no token is required then.
 */
function toMetricsTokens(
  callers: readonly AcceptedToken[] | undefined,
  metricsToken: Secret | undefined,
): readonly AcceptedToken[] | undefined {
  if (metricsToken !== undefined) return [toAcceptedToken({ name: 'metrics', token: metricsToken })]
  return callers === undefined || callers.length === 1 ? callers : []
}
