import { ChildProcess } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { PRELOAD, RECORDS, VIOLATIONS } from './testLogs.js'

/** The part of Node.js through which every process starts that is not waited for synchronously. */
interface Starting {
  spawn(this: ChildProcess, options: Options): unknown
}

interface Options {
  /** `NAME=value` each. */
  envPairs: string[]
}

/**
 * Gives every process that is started from here the hook which holds its answers against the contract, whatever environment the test
 * gives it, and writes down what it prints.
 *
 * @param name - begins the names of the files of all of them
 */
export function hookChildren(name: string): void {
  const starting = ChildProcess.prototype as unknown as Starting // not declared, though as old as Node.js
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

/** Takes a copy of what comes in, without making it flow. */
function recordOutput(stream: Readable, path: string): void {
  const push = stream.push.bind(stream)
  stream.push = (chunk: unknown, encoding) => {
    if (chunk instanceof Uint8Array) appendFileSync(path, chunk)
    return push(chunk, encoding)
  }
}
