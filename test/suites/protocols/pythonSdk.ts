import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { interpreterOf } from '../../support/python.js'
import { type Answer, type FailureKind, type How, type Sdk, SdkFailure } from './sdk.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * A line that the worker prints about the call `id`: a piece of text, its result, or its failure.
 */
interface Printed {
  readonly id: number
  readonly text?: string
  readonly result?: unknown
  readonly kind?: FailureKind
  readonly message?: string
}

interface Waiting {
  readonly onText: How['onText']
  resolve(result: unknown): void
  reject(reason: unknown): void
}

/** Runs test/suites/protocols/python/worker.py, and calls it through its pipes. */
class Worker {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #waiting = new Map<number, Waiting>()
  #errors = ''
  #last = 0

  constructor(interpreter: string, adapter: string) {
    // The worker inherits neither a forward proxy nor a key from the developer's shell.
    const env = { PATH: process.env.PATH, PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1' }
    this.#process = spawn(interpreter, ['test/suites/protocols/python/worker.py', adapter], { cwd: ROOT, env, stdio: 'pipe' })
    this.#process.stderr.on('data', (bytes: Buffer) => {
      this.#errors += bytes.toString()
    })
    // The cast is safe: only the worker prints these lines.
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#read(JSON.parse(line) as Printed))
    this.#process.once('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the worker has ended: ${this.#errors}`))
    })
  }

  call(request: object, { onText, signal }: Partial<How> = {}): Promise<unknown> {
    this.#last += 1
    const id = this.#last
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { onText, resolve, reject })
      this.#write({ id, ...request })
      signal?.addEventListener('abort', () => this.#write({ id, cancel: true }))
    })
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#process.once('close', resolve))
    this.#process.stdin.end()
    await closed
  }

  #write(message: object): void {
    this.#process.stdin.write(`${JSON.stringify(message)}\n`)
  }

  #read({ id, text, result, kind, message }: Printed): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    if (text !== undefined) {
      waiting.onText?.(text)
      return
    }
    this.#waiting.delete(id)
    if (kind === undefined) waiting.resolve(result)
    else waiting.reject(new SdkFailure(kind, message ?? ''))
  }
}

/**
 * Makes the adapter of an SDK for Python.
 *
 * @param adapter - what comes before `_adapter.py` in the name of its file
 * @param module - a module of the SDK, whose import shows that the installation works
 */
export async function makePythonSdk(adapter: 'anthropic' | 'google', module: string): Promise<Sdk> {
  const worker = new Worker(await interpreterOf(`test/suites/protocols/python/requirements-${adapter}.txt`, module), adapter)
  // The cast is safe: the Python adapter returns values of the type that {@link Sdk} declares.
  const call = <T>(request: object, how?: How): Promise<T> => worker.call(request, how) as Promise<T>
  let chats = 0
  return {
    version: await call<string>({ do: 'version' }),
    chat: (options) => {
      chats += 1
      const chat = chats
      return { send: (server, turn, how) => call<Answer>({ do: 'send', chat, options, server, turn, isStream: how.isStream }, how) }
    },
    runTools: (server, model, prompt) => call({ do: 'runTools', server, model, prompt }),
    countTokens: (server, model, text) => call({ do: 'countTokens', server, model, text }),
    listModels: (server) => call({ do: 'listModels', server }),
    getModel: (server, model) => call({ do: 'getModel', server, model }),
    embed: (server, model, texts) => call({ do: 'embed', server, model, texts }),
    close: () => worker.close(),
  }
}
