import { ChildProcess } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { PRELOAD, RECORDS, VIOLATIONS } from './testLogs.js'

/** The internal method of Node.js through which every asynchronous child process is started. */
interface Starting {
  spawn(this: ChildProcess, options: Options): unknown
}

interface Options {
  /** Entries of the form `NAME=value`. */
  envPairs: string[]
}

/**
 * Loads the hook that checks responses against the contract into every process that this one
 * starts, whatever environment the test sets, and records the output of the process.
 *
 * @param name - prefix of the names of all recorded files
 */
export function hookChildren(name: string): void {
  const starting = ChildProcess.prototype as unknown as Starting // an internal method, without a type declaration
  const { spawn } = starting
  let count = 0
  starting.spawn = function (options) {
    count += 1
    const record = `${name}-${count}`
    options.envPairs = withHook(options.envPairs, record)
    const result = spawn.call(this, options)
    for (const stream of [this.stdout, this.stderr]) if (stream) recordOutput(stream, `${RECORDS}/${record}.output.log`)
    return result
  }
}

const OPTIONS = 'NODE_OPTIONS='
const OURS = /^TEST_(RECORD|VIOLATIONS)=/

function withHook(pairs: readonly string[], record: string): string[] {
  const options = pairs.find((pair) => pair.startsWith(OPTIONS)) ?? OPTIONS
  return [
    ...pairs.filter((pair) => !pair.startsWith(OPTIONS) && !OURS.test(pair)),
    options.includes(PRELOAD) ? options : `${options} --require ${JSON.stringify(PRELOAD)}`,
    `TEST_RECORD=${RECORDS}/${record}`,
    `TEST_VIOLATIONS=${VIOLATIONS}/${record}`,
  ]
}

/** Copies the data of a stream without switching it to flowing mode. */
function recordOutput(stream: Readable, path: string): void {
  const push = stream.push.bind(stream)
  stream.push = (chunk: unknown, encoding) => {
    if (chunk instanceof Uint8Array) appendFileSync(path, chunk)
    return push(chunk, encoding)
  }
}
