import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** Maximum length of a log line; longer ones are ignored: the proxy's lines are much shorter. */
const LONGEST_LINE_BYTES = 1_048_576
const LINE_FEED = 0x0a

/** Opens a log file, decompressed if its name ends with `.gz`; `-` means standard input. */
export function openLogFile(path: string): Readable {
  if (path === '-') return process.stdin
  const file = createReadStream(path)
  if (!path.endsWith('.gz')) return file
  const text = createGunzip()
  file.on('error', (error) => text.destroy(error))
  return file.pipe(text)
}

/**
 * Splits a log into lines, with bounded memory for any input.
 *
 * @returns each non-empty line; undefined in place of a line that is too long
 */
export async function* readLines(log: Readable): AsyncGenerator<string | undefined> {
  let parts: Buffer[] = []
  let size = 0
  const take = (last: Buffer): string | undefined => {
    const isTooLong = size + last.length > LONGEST_LINE_BYTES
    const line = isTooLong ? undefined : Buffer.concat([...parts, last]).toString()
    parts = []
    size = 0
    return line
  }
  for await (const chunk of log as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      const line = take(chunk.subarray(start, end))
      if (line?.trim() !== '') yield line
      start = end + 1
    }
    const rest = chunk.subarray(start)
    if (size + rest.length <= LONGEST_LINE_BYTES) parts.push(rest)
    else parts = []
    size += rest.length
  }
  const last = take(Buffer.alloc(0))
  if (last?.trim() !== '') yield last
}
