import type { Operation } from '../contract/operation.js'
import type { AnswerOf } from '../contract/types.js'

/** The checks of the doctor, as the console needs them. */
export interface Doctor {
  /** All checks, in the order in which they should run. */
  list(): Promise<AnswerOf<'listChecks'>['checks']>
  /** Runs a check of the list, which ends by itself in some seconds. */
  run(id: string): Promise<AnswerOf<'runCheck'>>
}

/** GET /console/api/checks: the checks that can be run. */
export const makeListChecks =
  (doctor: Doctor): Operation<'listChecks'> =>
  async () => ({ json: { checks: await doctor.list() } })
