import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(16_384)
let at = pool.length

/**
 * Returns random bytes as text. Bytes are drawn for hundreds of calls at once: one system call per
 * text was the largest cost of a request in a benchmark.
 */
export const randomText = (bytes: number, encoding: 'base64' | 'base64url'): string => {
  if (at + bytes > pool.length) {
    randomFillSync(pool)
    at = 0
  }
  at += bytes
  return pool.toString(encoding, at - bytes, at)
}
