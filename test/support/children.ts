import { ChildProcess } from 'node:child_process'
import { appendFileSync, existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { PRELOAD, RECORDS, VIOLATIONS } from './testLogs.js'

/** The internal method of Node.js that starts every asynchronous child process. */
interface Starting {
  spawn(this: ChildProcess, options: Options): unknown
}

interface Options {
  /** The environment variables of the child process, as `NAME=value`. */
  envPairs: string[]
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Kills a child process when this process exits. All children share one `exit` listener. */
export function killOnExit(child: ChildProcess): void {
  running.add(child)
  child.once('exit', () => running.delete(child))
}

/** What each child process has written to stderr, by the prefix of its record files. */
const errorOutput = new Map<string, string>()

/**
 * Makes every child process load preload.ts, which checks responses against the contract, and
 * records the output of these processes.
 *
 * @param name - prefix of the names of all recorded files
 */
export function hookChildren(name: string): void {
  // The cast is needed because `spawn` is an internal method without a type declaration.
  const starting = ChildProcess.prototype as unknown as Starting
  const { spawn } = starting
  let count = 0
  starting.spawn = function (options) {
    count += 1
    const record = `${name}-${count}`
    options.envPairs = withHook(options.envPairs, record)
    const result = spawn.call(this, options)
    const append = (chunk: Uint8Array): void => appendFileSync(`${RECORDS}/${record}.output.log`, chunk)
    if (this.stdout) recordOutput(this.stdout, append)
    if (this.stderr) {
      recordOutput(this.stderr, (chunk) => {
        append(chunk)
        errorOutput.set(record, (errorOutput.get(record) ?? '') + Buffer.from(chunk).toString())
      })
    }
    return result
  }
}

/**
 * Returns and clears the stderr of proxies in other processes. A proxy that works does not write to
 * stderr; Node.js writes warnings and crashes there.
 */
export function takeErrorOutput(): string[] {
  const written = [...errorOutput].filter(([record]) => existsSync(`${RECORDS}/${record}.is-proxy`))
  for (const [record] of written) errorOutput.delete(record)
  return written.map(([, text]) => `a proxy wrote to stderr: ${text}`)
}

const OPTIONS = 'NODE_OPTIONS='
const OURS = /^TEST_(RECORD|VIOLATIONS)=/

function withHook(pairs: readonly string[], record: string): string[] {
  const options = pairs.find((pair) => pair.startsWith(OPTIONS)) ?? OPTIONS
  return [
    ...pairs.filter((pair) => !pair.startsWith(OPTIONS) && !OURS.test(pair)),
    options.includes(PRELOAD) ? options : `${options} --trace-warnings --require ${JSON.stringify(PRELOAD)}`,
    `TEST_RECORD=${RECORDS}/${record}`,
    `TEST_VIOLATIONS=${VIOLATIONS}/${record}`,
  ]
}

/**
 * Passes each chunk of a stream to `record`, without making the stream flow: data that the test has
 * not read is not lost.
 */
function recordOutput(stream: Readable, record: (chunk: Uint8Array) => void): void {
  const push = stream.push.bind(stream)
  stream.push = (chunk: unknown, encoding) => {
    if (chunk instanceof Uint8Array) record(chunk)
    return push(chunk, encoding)
  }
}
