import type { Operation } from '../contract/operation.js'
import type { Doctor } from '../doctor/doctor.js'

/** Handler of GET /console/api/checks: the available checks of the doctor. */
export const makeListChecks =
  (loadDoctor: () => Promise<Doctor>): Operation<'listChecks'> =>
  async () => {
    const doctor = await loadDoctor()
    return { json: { checks: doctor.list().map(({ id, title }) => ({ id, title })) } }
  }
