import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'

/** The file descriptor of standard output. */
export const STDOUT_FILE = 1
// Under load, lines are written together: a write per line takes a fifth of a small request's time.
const BUFFER_BYTES = 4_096
const WRITE_BYTES = 16_384
const RETRY_MS = 100
// Size limit of the lines that wait for a slow log reader. Beyond it, the oldest are dropped.
const MAX_BUFFERED_BYTES = 1_048_576
// The longest wait for a slow log reader before the process ends.
const LAST_LINES_MS = 500
const NEWLINE = 0x0a

/**
 * The destination of the log. It never waits for a reader, except briefly before the process ends:
 * a log that is not read, or a full disk, must not stop requests.
 *
 * Lines that cannot be written now are retried; lines that cannot be written at all are dropped,
 * counted, and reported by one line once writing succeeds again.
 */
export class LogSink {
  /** The number of lines dropped so far. */
  dropped = 0
  readonly #file: number
  #lines: string[] = []
  #bytes = 0
  /** The bytes being written; `#written` counts those already written. */
  #batch = Buffer.alloc(0)
  #written = 0
  /** The value of `dropped` that the current batch reports; undefined if it has log lines. */
  #reporting: number | undefined
  #reported = 0
  /** True if the last line was written only partly. */
  #isCut = false
  #isFull = false
  #timer: NodeJS.Timeout | undefined
  #waiting: (() => void)[] = []

  /**
   * @param file - an open file descriptor, by default standard output
   * @param format - converts each JSON line to the line to write; both end in a newline
   */
  constructor(
    file = STDOUT_FILE,
    private readonly format?: (line: string) => string,
  ) {
    this.#file = openNonBlocking(file)
  }

  /** Adds a JSON line, which ends in a newline. */
  write(json: string): void {
    const line = this.format === undefined ? json : this.format(json)
    this.#lines.push(line)
    this.#bytes += Buffer.byteLength(line)
    while (this.#bytes > MAX_BUFFERED_BYTES) this.#dropOldest()
    if (this.#bytes >= BUFFER_BYTES && !this.#isFull) this.flush()
    else this.#flushLater()
  }

  /** Writes as many lines as possible without blocking. */
  flush(): void {
    while (this.#next()) {
      try {
        this.#written += writeSync(this.#file, this.#batch, this.#written)
        this.#isFull = false
      } catch (error) {
        this.#isFull = (error as NodeJS.ErrnoException).code === 'EAGAIN'
        if (!this.#isFull) this.#dropAll()
        break
      }
    }
    if (this.#isFull) this.#flushLater()
    else for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Resolves once all lines have been written or dropped, at the latest after half a second. */
  flushed(): Promise<void> {
    this.flush()
    if (!this.#isPending()) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      setTimeout(resolve, LAST_LINES_MS).unref()
    })
  }

  /** Like {@link flushed}, but blocks the thread: nothing can be awaited when the process exits. */
  flushBeforeExit(): void {
    const end = performance.now() + LAST_LINES_MS
    const pause = new Int32Array(new SharedArrayBuffer(4))
    this.flush()
    while (this.#isPending() && performance.now() < end) {
      Atomics.wait(pause, 0, 0, 10)
      this.flush()
    }
    closeTerminals()
  }

  /** Prepares the next batch unless one is being written. @returns false if no lines are left */
  #next(): boolean {
    if (this.#written < this.#batch.length) return true
    if (this.#batch.length > 0) this.#isCut = false
    this.#reported = this.#reporting ?? this.#reported
    this.#reporting = this.dropped > this.#reported ? this.dropped : undefined
    this.#written = 0
    this.#batch = Buffer.from(this.#reporting === undefined ? this.#takeLines() : this.#toReport(this.#reporting - this.#reported))
    return this.#batch.length > 0
  }

  #takeLines(): string {
    let text = ''
    while (text.length < WRITE_BYTES && this.#lines.length > 0) text += this.#lines.shift()
    this.#bytes -= Buffer.byteLength(text)
    return text
  }

  #toReport(count: number): string {
    const line = { level: 'warn', time: new Date().toISOString(), dropped: count, msg: 'log lines were dropped: they could not be written' }
    const json = `${JSON.stringify(line)}\n`
    return `${this.#isCut ? '\n' : ''}${this.format === undefined ? json : this.format(json)}`
  }

  #dropOldest(): void {
    this.#bytes -= Buffer.byteLength(this.#lines.shift() ?? '')
    this.dropped += 1
  }

  /** Drops all lines, after an error that a retry cannot fix. */
  #dropAll(): void {
    if (this.#written > 0) this.#isCut = this.#batch[this.#written - 1] !== NEWLINE
    const unwritten = this.#batch.subarray(this.#written)
    if (this.#reporting === undefined) this.dropped += unwritten.filter((byte) => byte === NEWLINE).length
    this.dropped += this.#lines.length
    this.#reporting = undefined
    this.#batch = Buffer.alloc(0)
    this.#written = 0
    this.#lines = []
    this.#bytes = 0
  }

  #isPending(): boolean {
    return this.#written < this.#batch.length || this.#lines.length > 0
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.flush()
    }, RETRY_MS).unref()
  }
}

/**
 * Closes the terminals of this process, so that Node.js does not reset them on exit: if a terminal
 * was closed, Node.js would abort or hang (nodejs/node#51519). Their modes need no reset.
 */
function closeTerminals(): void {
  for (const file of [0, 1, 2]) if (fstatSync(file).isCharacterDevice()) closeSync(file)
}

/**
 * Returns a descriptor of the same file that fails with EAGAIN instead of blocking. A pipe or a
 * terminal is reopened, to leave other programs that share it unaffected; a socket cannot be
 * reopened. A regular file never blocks; if reopened, it would be overwritten from its start.
 */
function openNonBlocking(file: number): number {
  const stats = fstatSync(file)
  if (stats.isFile()) return file
  try {
    if (!stats.isSocket()) return openSync(`/proc/self/fd/${file}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    // The file cannot be reopened: no /proc, another user's terminal, or a pipe without a reader.
  }
  try {
    // A Socket makes its descriptor non-blocking; Node.js restores the blocking mode on exit.
    new Socket({ fd: file, readable: false, writable: true }).unref()
  } catch {
    // The file is a device: its descriptor stays blocking.
  }
  return file
}
