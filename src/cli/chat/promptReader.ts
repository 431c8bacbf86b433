import { createInterface, type Interface } from 'node:readline'
import { Writable } from 'node:stream'
import { toPrintable } from '../io/terminal.js'

const PASTE_MARKS_ON = '\u001b[?2004h'
const PASTE_MARKS_OFF = '\u001b[?2004l'
const MAX_HISTORY = 500

/** Returns the stream for prompts: standard error if standard output is not a terminal. */
const screen = (): NodeJS.WriteStream => (process.stdout.isTTY ? process.stdout : process.stderr)

/** Output of the line editor, which is muted while an answer is printed. */
class QuietScreen extends Writable {
  isQuiet = false

  get columns(): number {
    return screen().columns || 80
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (!this.isQuiet) screen().write(chunk)
    done()
  }
}

/** Options of a {@link PromptReader}. */
export interface PromptReaderOptions {
  /** True if the terminal supports no control sequences: each pasted line is then a prompt. */
  readonly isDumb: boolean
  /** Called when the user presses Ctrl-C on an empty line. */
  readonly onInterrupt: () => void
}

/**
 * Reads prompts from a terminal, with history. Text typed during an answer is not echoed and is the
 * next prompt. A pasted text of several lines is one prompt.
 */
export class PromptReader {
  readonly #quiet = new QuietScreen()
  readonly #interface: Interface
  /** Prompts that were typed during an answer. */
  readonly #prompts: string[] = []
  #pasted: string[] = []
  #isPasting = false
  #isClosed = false
  #resolve: ((prompt: string | undefined) => void) | undefined

  /** @param mark - the prompt string, at the start of the input line */
  constructor(
    mark: string,
    private readonly options: PromptReaderOptions,
  ) {
    this.#interface = createInterface({
      input: process.stdin,
      output: this.#quiet,
      terminal: true,
      prompt: mark,
      historySize: MAX_HISTORY,
    })
    this.#interface.on('line', (line) => this.#takeLine(line))
    this.#interface.on('SIGINT', () =>
      this.#interface.line === '' ? options.onInterrupt() : this.#interface.write(null, { ctrl: true, name: 'u' }),
    )
    this.#interface.once('close', () => this.#onClose())
    // An error of standard input means that the terminal was closed.
    process.stdin.on('error', () => this.close())
    process.stdin.on('keypress', (_text, key?: { name?: string }) => {
      if (key?.name === 'paste-start') this.#isPasting = true
      if (key?.name === 'paste-end') this.#isPasting = false
    })
    if (!options.isDumb) screen().write(PASTE_MARKS_ON)
  }

  /** Waits for the next prompt. @returns undefined if the user quits */
  next(): Promise<string | undefined> {
    this.#quiet.isQuiet = false
    const prompt = this.#prompts.shift()
    if (prompt !== undefined) screen().write(`${this.#interface.getPrompt()}${toPrintable(prompt)}\n`)
    if (prompt !== undefined || this.#isClosed) return Promise.resolve(prompt)
    this.#interface.prompt(true)
    return new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  /** Prints a message, and the input line again below it. */
  say(message: string): void {
    screen().write(`\n${message}\n`)
    if (this.#resolve !== undefined) this.#interface.prompt(true)
  }

  close(): void {
    this.#interface.close()
  }

  #takeLine(line: string): void {
    this.#pasted.push(line)
    if (this.#isPasting) return
    this.#settle(this.#pasted.join('\n'))
    this.#pasted = []
  }

  #settle(prompt: string): void {
    const resolve = this.#resolve
    if (resolve === undefined) {
      this.#prompts.push(prompt)
      return
    }
    this.#resolve = undefined
    this.#quiet.isQuiet = true
    resolve(prompt)
  }

  #onClose(): void {
    this.#isClosed = true
    screen().write(this.options.isDumb ? '\n' : `${PASTE_MARKS_OFF}\n`)
    this.#resolve?.(undefined)
    this.#resolve = undefined
  }
}
