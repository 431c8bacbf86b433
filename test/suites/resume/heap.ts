import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Heap in use, in bytes, after a garbage collection. */
export function heapInUse(): number {
  collect()
  return process.memoryUsage().heapUsed
}
