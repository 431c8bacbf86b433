import { allowsControlSequences } from '../../contract/terminal.js'
import type { CliEnv } from './context.js'
import { toOneLine } from './terminal.js'

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const FRAME_MS = 100
// Assumed number of columns of a terminal that reports 0.
const DEFAULT_COLUMNS = 80
const ERASE_LINE = '\r\u001b[2K'

/** An animated progress line on standard error, if that is a terminal. */
export class ProgressLine {
  readonly #isShown: boolean
  #timer: NodeJS.Timeout | undefined
  #text: (seconds: number) => string = () => ''
  #frame = 0
  #startedAt = 0

  constructor(env: CliEnv) {
    this.#isShown = allowsControlSequences(process.stderr.isTTY === true, env)
  }

  /** Shows the line or changes its text. @param text - gets the seconds since the line appeared */
  show(text: (seconds: number) => string): void {
    this.#text = text
    if (!this.#isShown || this.#timer !== undefined) return
    this.#startedAt = performance.now()
    this.#timer = setInterval(() => this.#draw(), FRAME_MS).unref()
    this.#draw()
  }

  /** Erases the line. To be called before anything else is written to the terminal. */
  stop(): void {
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#timer = undefined
    process.stderr.write(ERASE_LINE)
  }

  #draw(): void {
    const seconds = Math.floor((performance.now() - this.#startedAt) / 1000)
    const line = `${FRAMES[this.#frame % FRAMES.length]} ${toOneLine(this.#text(seconds))}`
    this.#frame += 1
    // The line is truncated, because a wrapped line could not be erased completely.
    process.stderr.write(ERASE_LINE + line.slice(0, Math.max((process.stderr.columns || DEFAULT_COLUMNS) - 2, 10)))
  }
}
