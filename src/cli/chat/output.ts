import type { CliContext } from '../io/context.js'
import { ProgressLine } from '../io/progress.js'
import { styleFor, toPrintable } from '../io/terminal.js'
import type { AnswerEnd, ChatAnswerPart } from './answer.js'

/** Prints an answer as it arrives: text to standard output, everything else to standard error. */
export class AnswerOutput {
  readonly #progress: ProgressLine
  readonly #isTerminal = process.stdout.isTTY === true
  readonly #startedAt = performance.now()
  #text = ''
  #isMidLine = false
  /** White space at the end of the reasoning so far; printed when more reasoning arrives. */
  #space = ''
  /** Kind of the part that was printed last; undefined if none was printed. */
  #shown: ChatAnswerPart['kind'] | undefined

  constructor(
    private readonly context: CliContext,
    private readonly model: string,
    private readonly showsReasoning: boolean,
  ) {
    this.#progress = new ProgressLine(context.env)
  }

  /** The text of the answer so far, without reasoning and tool calls. */
  get text(): string {
    return this.#text
  }

  /** Shows the progress line. @param isThinking - true to say that the model is thinking */
  showProgress(isThinking = false): void {
    const { texts } = this.context
    this.#progress.show((seconds) => (isThinking ? texts.thinking(this.model, seconds) : texts.waiting(this.model, seconds)))
  }

  /** Prints a part of the answer; skips tool calls, and reasoning unless it was requested. */
  add({ kind, text }: ChatAnswerPart): void {
    if (kind === 'call') return
    if (kind === 'reasoning' && !this.showsReasoning) {
      this.showProgress(true)
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

  /** Prints a part of the reasoning; holds back white space at its end. */
  #addReasoning(text: string): void {
    const shown = text.trimEnd()
    process.stderr.write(styleFor(process.stderr, this.context.env).dim(toPrintable(this.#space + shown)))
    this.#space = text.slice(shown.length)
    this.#isMidLine = true
  }

  /** Ends the output of a complete or cancelled answer: erases the progress line, ends the line. */
  end(): void {
    this.#progress.stop()
    if (this.#shown !== undefined && this.#isMidLine) (this.#shown === 'text' ? process.stdout : process.stderr).write('\n')
    this.#isMidLine = false
  }

  /** Explains an unusual finish reason; on a terminal also prints time and usage. */
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
