import { totalmem } from 'node:os'

// The memory of the process without requests, and the number of copies of a body that exist at
// once: as bytes, as text, parsed, serialised, sent, and not yet collected as garbage. Measured:
// 6.2 copies; see test/tools/load/images.test.ts.
const OWN_BYTES = 128 * 1_048_576
const COPIES = 8

/**
 * Returns how many bytes of request bodies fit into the memory of the function or, if it is
 * undefined, of the container or the machine.
 */
export function bodyBytesThatFit(functionMegabytes: number | undefined): number {
  const limit = process.constrainedMemory()
  const available = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  const memory = functionMegabytes === undefined ? available : functionMegabytes * 1_048_576
  return Math.max(0, Math.floor((memory - OWN_BYTES) / COPIES))
}
