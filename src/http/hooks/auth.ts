import { createHash, timingSafeEqual } from 'node:crypto'
import type { NamedToken } from '../../config/readers.js'
import type { Secret } from '../../config/secret.js'
import type { Config } from '../../config/settings.js'
import { apiError } from '../../contract/errors.js'
import type { Credential } from '../dispatch/contractOperation.js'

/** Checks the header `Authorization`; undefined where no token is required. @throws ApiError 401 */
export type Authenticate = (credential: Credential, authorization: string | undefined) => Caller | undefined

/** Who sent a request, known by its token. */
export interface Caller {
  /** The operator's name for the token, or a short hash of it; for the log. */
  readonly name: string
  /** The full hash of the token: two tokens with one name are two callers. */
  readonly identity: string
}

interface Accepted {
  readonly hash: Buffer
  readonly caller: Caller
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

const toAccepted = ({ name, token }: NamedToken): Accepted => {
  const hash = hashOf(token.reveal())
  const identity = hash.toString('hex')
  return { hash, caller: { name: name ?? `k_${identity.slice(0, 8)}`, identity } }
}

const METRICS_REFUSAL = 'The token is not valid for GET /metrics. Use METRICS_TOKEN or, if that is not set, the only token of AUTH_TOKEN.'

/** Makes the check. It compares the hashes of all tokens in constant time. */
export function makeAuthenticate({ authTokens, metricsToken }: Pick<Config, 'authTokens' | 'metricsToken'>): Authenticate {
  const callers = authTokens?.map(toAccepted)
  const accepted: Readonly<Record<Credential, readonly Accepted[] | undefined>> = {
    none: undefined,
    bearerAuth: callers,
    metricsToken: toMetricsTokens(callers, metricsToken),
  }

  return (credential, authorization) => {
    const tokens = accepted[credential]
    if (tokens === undefined) return undefined
    const token = /^bearer +([^ ].*)$/i.exec(authorization ?? '')?.[1]
    if (token === undefined) throw apiError('missing_api_key')
    const hash = hashOf(token)
    let caller: Caller | undefined
    for (const candidate of tokens) if (timingSafeEqual(candidate.hash, hash)) caller = candidate.caller
    if (caller === undefined) throw apiError('invalid_api_key', credential === 'metricsToken' ? METRICS_REFUSAL : undefined)
    return caller
  }
}

/** The token of GET /metrics: METRICS_TOKEN, else the one of AUTH_TOKEN if it lists only one. */
function toMetricsTokens(callers: readonly Accepted[] | undefined, metricsToken: Secret | undefined): readonly Accepted[] | undefined {
  if (metricsToken !== undefined) return [toAccepted({ name: 'metrics', token: metricsToken })]
  return callers === undefined || callers.length === 1 ? callers : []
}
