import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Memory that is really in use, in bytes: what is only waiting to be collected is collected before. */
export function heapInUse(): number {
  collect()
  return process.memoryUsage().heapUsed
}
