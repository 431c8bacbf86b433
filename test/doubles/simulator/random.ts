import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(16_384)
let at = pool.length

/** Random bytes as text. One system call serves hundreds: a call each was the largest cost of a benchmark's request. */
export const randomText = (bytes: number, encoding: 'base64' | 'base64url'): string => {
  if (at + bytes > pool.length) {
    randomFillSync(pool)
    at = 0
  }
  at += bytes
  return pool.toString(encoding, at - bytes, at)
}
