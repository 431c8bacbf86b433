import { apiError } from '../contract/errors.js'
import type { Operation } from '../contract/operation.js'
import type { PageFiles } from '../stores/pageFiles.js'

const NOT_DEPLOYED =
  'The files of the console were not deployed. `npm run build` creates them in the folder `console` next to `server.cjs`.'

/** Handler of GET /console: the HTML page of the console. */
export const makeGetConsole =
  (files: PageFiles): Operation<'getConsole'> =>
  async () => {
    const file = await files.read('index.html')
    if (file === undefined) throw apiError('unknown_url', NOT_DEPLOYED)
    return { file, playsSound: true }
  }
