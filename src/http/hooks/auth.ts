import { createHash, timingSafeEqual } from 'node:crypto'
import type { NamedToken } from '../../config/readers.js'
import type { Secret } from '../../config/secret.js'
import { apiError } from '../../contract/errors.js'

/** Who may call an operation: everybody, callers with a token, or the collector of metrics. */
export type Guard = 'open' | 'caller' | 'metrics'

/** Checks bearer tokens. */
export interface Gate {
  /**
   * Lets a request in.
   *
   * @param authorization - the header, if there is one
   * @returns undefined where no token is needed
   * @throws 401, with or without `invalid_api_key`
   */
  admit(guard: Guard, authorization: string | undefined): Caller | undefined
}

/** Who has sent a token. */
export interface Caller {
  /** The operator's name for it, or a short hash of the token; for logs. */
  readonly name: string
  /** Hash of the token, in full: two tokens of one name are two callers. */
  readonly identity: string
}

/** What {@link makeGate} needs. */
export interface GateParts {
  /** Undefined lets every caller in. */
  readonly authTokens: readonly NamedToken[] | undefined
  readonly metricsToken: Secret | undefined
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

const METRICS_REFUSAL =
  'The token is not valid for GET /metrics. Use METRICS_TOKEN, or AUTH_TOKEN if that is the only token and METRICS_TOKEN is not set.'

/** Makes the gate. Tokens are compared by their hashes, in constant time, all of them. */
export function makeGate({ authTokens, metricsToken }: GateParts): Gate {
  const callers = authTokens?.map(toAccepted)
  const accepted: Readonly<Record<Guard, readonly Accepted[] | undefined>> = {
    open: undefined,
    caller: callers,
    metrics: toMetricsTokens(callers, metricsToken),
  }

  return {
    admit: (guard, authorization) => {
      const tokens = accepted[guard]
      if (tokens === undefined) return undefined
      const token = /^bearer +([^ ].*)$/i.exec(authorization ?? '')?.[1]
      if (token === undefined) throw apiError('missing_api_key')
      const hash = hashOf(token)
      let caller: Caller | undefined
      for (const candidate of tokens) if (timingSafeEqual(candidate.hash, hash)) caller = candidate.caller
      if (caller === undefined) throw apiError('invalid_api_key', guard === 'metrics' ? METRICS_REFUSAL : undefined)
      return caller
    },
  }
}

/** The tokens of the metrics page: its own, else the one caller's; with several callers none fits. */
function toMetricsTokens(callers: readonly Accepted[] | undefined, metricsToken: Secret | undefined): readonly Accepted[] | undefined {
  if (metricsToken !== undefined) return [toAccepted({ name: 'metrics', token: metricsToken })]
  if (callers === undefined || callers.length === 1) return callers
  return []
}
