import type { Config } from '../config/settings.js'
import { elapsed } from '../contract/clock.js'
import { DEFAULT_MODEL } from '../upstream/models/catalogue.js'
import { type NamedCheck, toCheckInfo } from './check.js'
import { Deployment } from './deployment.js'
import { type CheckSet, ENVIRONMENT_CHECK_IDS, makeEnvironmentChecks } from './environmentChecks.js'
import { Deadline, DOCTOR_LIMITS, type DoctorLimits } from './limits.js'
import type { CheckId, CheckInfo, CheckResult } from './result.js'
import { runCheck } from './runChecks.js'
import { checkBodySize, checkCors } from './targetChecks.js'

/** Runs the doctor's checks on a running server, one at a time, for the console. */
export interface Doctor {
  list(): CheckInfo[]
  /** Runs the check with this id. @returns its result; undefined for an unknown id */
  run(id: string): Promise<CheckResult | undefined>
}

/** Dependencies of {@link makeDoctor}. */
export interface DoctorParts {
  readonly config: Config
  /** The server's own loopback address, such as `http://127.0.0.1:9000`. */
  readonly origin: string
  readonly limits?: DoctorLimits
}

// Checks that the console starts within this time share their upstream calls and the results.
const REUSE_MS = 20_000
// Replaces `totalMs`, which counts from the first check: others may start up to REUSE_MS later.
const CONSOLE_TOTAL_MS = 600_000

/** Ids of the checks of a running server, in the order of the console. */
const SERVER_CHECK_IDS: readonly CheckId[] = [...ENVIRONMENT_CHECK_IDS, 'cors', 'body']

/** Makes the doctor of a running server. It connects to Gemini, Redis and the server itself. */
export function makeDoctor({ config, origin, limits = DOCTOR_LIMITS }: DoctorParts): Doctor {
  let current: { readonly set: CheckSet; readonly until: number } | undefined
  const checksNow = (): readonly NamedCheck[] => {
    if (current === undefined || current.until <= elapsed()) {
      const old = current?.set
      current = { set: makeServerChecks({ config, origin, limits: { ...limits, totalMs: CONSOLE_TOTAL_MS } }), until: elapsed() + REUSE_MS }
      // An error is ignored: calls in progress end at their deadline.
      old?.close().catch(() => undefined)
    }
    return current.set.checks
  }
  return {
    list: () => SERVER_CHECK_IDS.map(toCheckInfo),
    run: async (id) => {
      const check = checksNow().find((each) => each.id === id)
      return check === undefined ? undefined : runCheck(check)
    },
  }
}

function makeServerChecks({ config, origin, limits }: Required<DoctorParts>): CheckSet {
  const environment = makeEnvironmentChecks({ settings: config, env: {}, model: DEFAULT_MODEL, limits })
  const address = { base: new URL(origin), token: config.authTokens?.[0]?.token.reveal() }
  const server = (): Deployment => new Deployment({ address, model: DEFAULT_MODEL, deadline: new Deadline(limits) })
  const size = { limitBytes: config.bodyLimitBytes, noResponseMs: limits.noResponseMs }
  const own: readonly NamedCheck[] = [
    { id: 'cors', run: () => checkCors(server()) },
    { id: 'body', run: () => checkBodySize(server(), size) },
  ]
  return { checks: [...environment.checks, ...own], close: environment.close }
}
