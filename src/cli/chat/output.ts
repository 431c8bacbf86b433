import type { CliContext } from '../context.js'
import { Progress } from '../progress.js'
import { styleFor, toPrintable } from '../terminal.js'
import type { AnswerEnd, AnswerPart } from './answer.js'

/** Shows an answer as it arrives: text on standard output, everything else on standard error. */
export class AnswerOutput {
  readonly #progress: Progress
  readonly #isTerminal = process.stdout.isTTY === true
  readonly #startedAt = performance.now()
  #text = ''
  #isMidLine = false
  /** What reasoning has ended in so far: shown when more of it follows. */
  #space = ''
  /** What the terminal shows last. */
  #shown: AnswerPart['kind'] | undefined

  constructor(
    private readonly context: CliContext,
    private readonly model: string,
    private readonly showsReasoning: boolean,
  ) {
    this.#progress = new Progress(context.env)
  }

  /** The text that has arrived so far. */
  get text(): string {
    return this.#text
  }

  /** Waits for the next part. */
  wait(isThinking = false): void {
    const { texts } = this.context
    this.#progress.show((seconds) => (isThinking ? texts.thinking(this.model, seconds) : texts.waiting(this.model, seconds)))
  }

  /** Shows a part. */
  add({ kind, text }: AnswerPart): void {
    if (kind === 'call') return
    if (kind === 'reasoning' && !this.showsReasoning) {
      this.wait(true)
      return
    }
    this.#progress.stop()
    if (kind === 'text') this.#addText(text)
    else this.#addReasoning(text)
    this.#shown = kind
  }

  #addText(text: string): void {
    this.#text += text
    if (this.#shown === 'reasoning') process.stderr.write('\n\n')
    process.stdout.write(this.#isTerminal ? toPrintable(text) : text)
    this.#isMidLine = !text.endsWith('\n')
  }

  /** Shows a part of the reasoning, without the empty lines at its end. */
  #addReasoning(text: string): void {
    const shown = text.trimEnd()
    process.stderr.write(styleFor(process.stderr, this.context.env).dim(toPrintable(this.#space + shown)))
    this.#space = text.slice(shown.length)
    this.#isMidLine = true
  }

  /** Ends the answer, also an incomplete one: removes the progress and ends the line. */
  end(): void {
    this.#progress.stop()
    if (this.#shown !== undefined && this.#isMidLine) (this.#shown === 'text' ? process.stdout : process.stderr).write('\n')
    this.#isMidLine = false
  }

  /** Says why the answer ended, if not by itself, and on a terminal what it took. */
  summarize({ finishReason, usage }: AnswerEnd): void {
    const { texts } = this.context
    const ending = finishReason === undefined ? undefined : texts.endings[finishReason]
    if (ending !== undefined) process.stderr.write(`${ending}\n`)
    if (!this.#isTerminal || process.stderr.isTTY !== true || usage === undefined) return
    const seconds = (performance.now() - this.#startedAt) / 1000
    const thinking = usage.completion_tokens_details?.reasoning_tokens ?? 0
    const line = texts.spent(this.model, usage.prompt_tokens, usage.completion_tokens, thinking, seconds.toFixed(1))
    process.stderr.write(`${styleFor(process.stderr, this.context.env).dim(toPrintable(line))}\n`)
  }
}
