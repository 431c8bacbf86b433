import type { RequestMessage } from '../../contract/types.js'
import { CliError, EXIT } from '../io/context.js'
import { styleFor, toPrintable } from '../io/terminal.js'
import { askModel, type ChatConversation } from './ask.js'
import { PromptReader } from './promptReader.js'
import { toPromptMessage } from './request.js'

/** Runs a conversation on a terminal until the user quits. @returns the exit code */
export async function chatOnTerminal(conversation: ChatConversation, images: readonly string[]): Promise<number> {
  await new ChatSession(conversation, images).run()
  return EXIT.ok
}

class ChatSession {
  readonly #reader: PromptReader
  #messages: RequestMessage[] = []
  #images: string[]
  /** Cancels the request of the current answer; undefined between answers. */
  #cancel: AbortController | undefined
  /** True if the user pressed Ctrl-C since the last prompt: the next Ctrl-C then quits. */
  #isLeaving = false

  constructor(
    private readonly conversation: ChatConversation,
    images: readonly string[],
  ) {
    const { bold } = styleFor(process.stdout, conversation.context.env)
    this.#images = [...images]
    this.#reader = new PromptReader(bold('> '), { isDumb: conversation.context.env.TERM === 'dumb', onInterrupt: () => this.#interrupt() })
  }

  async run(): Promise<void> {
    const { context, settings, address } = this.conversation
    printNote(context.texts.greeting(settings.model, address.baseUrl))
    for (;;) {
      const prompt = await this.#reader.next()
      if (prompt === undefined) return
      this.#isLeaving = false
      // A line is a command only if its first character is a slash; ` /text` is a prompt.
      if (prompt.startsWith('/')) this.#obey(prompt)
      else if (prompt.trim() !== '') await this.#answer(prompt.trim())
    }
  }

  async #answer(prompt: string): Promise<void> {
    const { texts } = this.conversation.context
    this.#cancel = new AbortController()
    try {
      const message = await toPromptMessage(prompt, this.#images, texts)
      const text = await askModel(this.conversation, [...this.#messages, message], this.#cancel.signal)
      if (this.#cancel.signal.aborted) printNote(texts.cancelled)
      if (text === '') return
      this.#messages.push(message, { role: 'assistant', content: text })
      this.#images = []
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      printNote(error.message)
    } finally {
      this.#cancel = undefined
    }
  }

  #interrupt(): void {
    if (this.#cancel !== undefined && !this.#cancel.signal.aborted) this.#cancel.abort()
    else if (this.#isLeaving) this.#reader.close()
    else this.#reader.say(this.conversation.context.texts.leaveHint)
    this.#isLeaving = true
  }

  #obey(line: string): void {
    const { texts } = this.conversation.context
    const [command = '', ...rest] = line.trim().split(/\s+/)
    const value = rest.join(' ')
    const commands: Readonly<Record<string, () => void>> = {
      '/help': () => printNote(texts.sessionHelp),
      '/quit': () => this.#reader.close(),
      '/exit': () => this.#reader.close(),
      '/model': () => this.#setModel(value),
      '/system': () => this.#setSystem(value),
      '/image': () => this.#addImage(value),
      '/clear': () => {
        this.#messages = []
        printNote(texts.cleared)
      },
    }
    const run = Object.hasOwn(commands, command) ? commands[command] : undefined
    if (run === undefined) printNote(texts.unknownSlash(toPrintable(command)))
    else run()
  }

  #setModel(model: string): void {
    const { settings, context } = this.conversation
    if (model !== '') settings.model = model
    printNote(context.texts.modelIs(toPrintable(settings.model)))
  }

  #setSystem(text: string): void {
    const { settings, context } = this.conversation
    settings.system = text === '' ? undefined : text
    printNote(context.texts.systemIs(text !== ''))
  }

  #addImage(image: string): void {
    if (image !== '') this.#images.push(image)
    printNote(this.conversation.context.texts.imagesAre(this.#images.length))
  }
}

/** Prints a message that is not part of an answer, to standard error. */
const printNote = (message: string): void => {
  process.stderr.write(`${message}\n`)
}
