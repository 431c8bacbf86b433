import { totalmem } from 'node:os'

// Memory that the process uses without requests, and request bodies therefore cannot.
const IDLE_MEMORY_BYTES = 128 * 1_048_576
// Copies of a request body in memory at once: as bytes, as text, parsed, serialised, sent, and not
// yet collected as garbage. test/tools/load/images.test.ts measures 6.2; the rest is a reserve.
const COPIES = 8

/**
 * Returns how many bytes of request bodies fit into memory.
 *
 * @param functionMegabytes - memory of the function; if undefined, that of the container or machine
 */
export function bodyBytesThatFit(functionMegabytes: number | undefined): number {
  const limit = process.constrainedMemory()
  const available = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  const memory = functionMegabytes === undefined ? available : functionMegabytes * 1_048_576
  return Math.max(0, Math.floor((memory - IDLE_MEMORY_BYTES) / COPIES))
}
