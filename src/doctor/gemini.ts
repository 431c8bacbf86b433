import { geminiAddressOf } from '../config/geminiAddress.js'
import type { Secret } from '../config/secret.js'
import type { Config } from '../config/settings.js'
import type { Bilingual } from '../contract/language.js'
import type { ChatCompletionRequest } from '../contract/types.js'
import type { UpstreamApi } from '../contract/upstreamApi.js'
import { hasSuccessStatus, readBodyText } from '../upstream/answer/whole.js'
import type { Codec } from '../upstream/codec/codec.js'
import { parseGeminiError, toGeminiError } from '../upstream/failures/geminiError.js'
import { makeRedact, type Redact } from '../upstream/failures/redact.js'
import { NO_REFUSALS } from '../upstream/failures/refusals.js'
import { withoutModelsPrefix } from '../upstream/models/names.js'
import type { GenerateContentRequest } from '../upstream/native/wire/types.js'
import { newCodec } from '../upstream/newCodec.js'
import type { GeminiRequest } from '../upstream/request/repairRequest.js'
import { SchemaBudget } from '../upstream/request/schema/budget.js'
import { type GeminiClient, makeGeminiClient } from '../upstream/wire/openaiClient.js'
import { makeTransport, type Transport } from '../upstream/wire/transport.js'
import type { UpstreamResponse } from '../upstream/wire/upstreamCall.js'
import { PROXY_ADVICE } from './advice.js'
import { type AnswerFacts, AnswerReader, DOCTOR_PROMPT } from './answerFacts.js'
import { Trouble, trouble } from './check.js'
import { toDestination } from './connectionChecks.js'
import { toGeminiTrouble } from './geminiFaults.js'
import type { Deadline } from './limits.js'
import { explainNetworkError } from './networkFaults.js'

/** The doctor's results for one Gemini API key. */
export interface KeyReport {
  readonly name: Bilingual
  readonly key: Secret
  /** True once a model has been called with the key. */
  isTried?: boolean
  /** The models that Google lists for the key; undefined if the list could not be read. */
  models?: ReadonlySet<string> | undefined
  /** The fault of the key or its quota; undefined unless it has made a call fail. */
  trouble?: Trouble | undefined
}

/** Dependencies of {@link GeminiProbes}. */
export interface GeminiProbesParts {
  readonly config: Config
  readonly model: string
  readonly deadline: Deadline
}

/** The doctor's calls to Gemini, sent like the proxy's. They throw a {@link Trouble} on failure. */
export class GeminiProbes {
  readonly #parts: GeminiProbesParts
  readonly #transport: Transport
  readonly #client: GeminiClient
  readonly #codec: Codec
  readonly #redact: Redact

  constructor(parts: GeminiProbesParts) {
    this.#parts = parts
    const address = geminiAddressOf(parts.config)
    this.#transport = makeTransport(address, parts.config)
    this.#client = makeGeminiClient(address, this.#transport)
    this.#codec = newCodec(address.upstream, parts.config)
    this.#redact = makeRedact(parts.config.geminiApiKeys)
  }

  /** The API of Google that the settings choose: the native or the OpenAI-compatible one. */
  get upstream(): UpstreamApi {
    return this.#codec.upstream
  }

  close(): Promise<void> {
    return this.#transport.close()
  }

  /** Lists each key's models, at no cost. Reports contain faults of keys. @throws other Troubles */
  async listModelsPerKey(): Promise<KeyReport[]> {
    const { geminiApiKeys: keys } = this.#parts.config
    const reports = keys.map((key, index): KeyReport => ({ name: keyNameOf(key, index + 1), key }))
    await Promise.all(reports.map((report) => noteTrouble(report, ['keys', 'quota'], async () => this.#listModels(report))))
    return reports
  }

  async #listModels(report: KeyReport): Promise<void> {
    const signal = this.#parts.deadline.stepSignal()
    const { response, text } = await this.#read(signal, () =>
      this.#client.get(this.#codec.models.pathOf(undefined), { key: report.key, signal }),
    )
    if (hasSuccessStatus(response)) report.models = this.#modelIdsIn(text)
    // Ignores other errors, as of relays without a model list: the model call will test the key.
    else if (parseGeminiError(text) !== undefined || response.status >= 500) throw this.#refusal(response.status, text)
  }

  /** Streams an answer with one key and measures it; costs some 700 tokens. */
  async streamAnswer({ key }: KeyReport): Promise<AnswerFacts> {
    const { model, deadline } = this.#parts
    const signal = deadline.answerSignal()
    const request = { ...this.#toChat(DOCTOR_PROMPT), stream: true }
    const { path, body } = await this.#encode(request)
    const reader = new AnswerReader(this.#codec.newDecoder(request, this.#redact))
    const response = await this.#reach(signal, () => this.#client.post(path, body, { key, signal }))
    if (!hasSuccessStatus(response)) throw this.#refusal(response.status, (await this.#read(signal, async () => response)).text)
    await this.#readStream(response, reader, signal)
    const facts = reader.end()
    const error = facts.error === undefined ? undefined : toGeminiError(facts.error)
    if (error !== undefined) throw toGeminiTrouble(error, { model, upstream: this.upstream, redact: this.#redact })
    if (!facts.hasText && !facts.hasThoughts) throw signal.aborted ? this.#silence() : this.#emptiness()
    return facts
  }

  /** Requests one token with a key; stores a refusal or an exhausted quota in the key's report. */
  async requestOneToken(report: KeyReport): Promise<void> {
    await noteTrouble(report, ['keys', 'quota'], async () => {
      const signal = this.#parts.deadline.stepSignal()
      const { path, body } = await this.#encode(this.#toChat('Hi'))
      const brief = this.upstream === 'native' ? toBriefNative(body) : { ...body, max_tokens: 1 }
      const { response, text } = await this.#read(signal, () => this.#client.post(path, brief, { key: report.key, signal }))
      if (!hasSuccessStatus(response)) throw this.#refusal(response.status, text)
    }).catch(() => undefined) // failures that do not concern the key are ignored
  }

  async #readStream(response: UpstreamResponse, reader: AnswerReader, signal: AbortSignal): Promise<void> {
    try {
      for (let bytes = await response.next(); bytes !== undefined && !reader.isOver; bytes = await response.next()) reader.push(bytes)
    } catch {
      if (!signal.aborted)
        throw trouble(
          'model',
          { en: 'The connection to Gemini was lost in the middle of the answer.', zh: '到 Gemini 的连接在回答中途断开。' },
          PROXY_ADVICE.upstream_error.nextStep,
        )
      // An answer that the time limit cuts off passes if an event arrived in the last half of it.
      if (reader.silenceMs > this.#parts.deadline.limits.answerMs / 2) throw this.#silence()
    } finally {
      response.destroy()
    }
  }

  #toChat(content: string): ChatCompletionRequest {
    return { model: this.#parts.model, messages: [{ role: 'user', content }], reasoning_effort: 'low' }
  }

  /** Encodes a chat request for the selected API of Google, with the proxy's repairs. */
  #encode(request: ChatCompletionRequest): Promise<GeminiRequest> {
    const { model, config } = this.#parts
    return this.#codec.encode(request, {
      modelId: withoutModelsPrefix(model),
      firstModelId: withoutModelsPrefix(model),
      thoughts: config.thoughts,
      schemaBudget: new SchemaBudget(),
      ...NO_REFUSALS,
      sealed: undefined,
      findCalls: async () => new Map(),
      onRepair: () => undefined,
    })
  }

  /** Waits for the headers of a response. @throws {Trouble} for a network failure or a timeout */
  async #reach(signal: AbortSignal, send: () => Promise<UpstreamResponse>): Promise<UpstreamResponse> {
    try {
      return await send()
    } catch (error) {
      if (signal.aborted) throw this.#silence()
      const { message, nextStep } = explainNetworkError(error, false, toDestination(this.#parts.config))
      throw trouble('model', message, nextStep)
    }
  }

  async #read(signal: AbortSignal, send: () => Promise<UpstreamResponse>): Promise<{ response: UpstreamResponse; text: string }> {
    const response = await this.#reach(signal, send)
    return { response, text: await readBodyText(response, signal).catch(() => '') }
  }

  #refusal(status: number, text: string): Trouble {
    const { model, config } = this.#parts
    const error = parseGeminiError(text)
    if (error !== undefined) return toGeminiTrouble({ ...error, code: status }, { model, upstream: this.upstream, redact: this.#redact })
    const { host } = new URL(config.geminiBaseUrl)
    // The check `connection` has passed before, so the check `model` reports this fault.
    return trouble(
      'model',
      {
        en: `The response from ${host} does not come from Gemini but from a server in between (HTTP ${status}).`,
        zh: `${host} 处响应的不是 Gemini，而是中间的服务器（HTTP ${status}）。`,
      },
      {
        en: 'Check GEMINI_BASE_URL, HTTPS_PROXY, and the relay or forward proxy that they name.',
        zh: '请检查 GEMINI_BASE_URL、HTTPS_PROXY 以及其后的中转服务。',
      },
    )
  }

  #modelIdsIn(text: string): ReadonlySet<string> | undefined {
    let list: unknown
    try {
      list = JSON.parse(text)
    } catch {
      return undefined // the text is not JSON
    }
    const ids = this.#codec.models.decode(list)?.ids.map(withoutModelsPrefix) ?? []
    return ids.length === 0 ? undefined : new Set(ids)
  }

  #silence(): Trouble {
    const { model } = this.#parts
    return trouble(
      'model',
      {
        en: `${model} accepted the request and then sent no data for too long: the model is overloaded, or a server in between delays the answer.`,
        zh: `${model} 接受了请求，但长时间没有发送数据：模型过载，或途中有组件扣住了回答。`,
      },
      PROXY_ADVICE.upstream_timeout.nextStep,
    )
  }

  #emptiness(): Trouble {
    return trouble(
      'model',
      { en: `${this.#parts.model} sent an empty answer.`, zh: `${this.#parts.model} 返回了空回答。` },
      { en: 'Retry, or test another model (MODEL=...).', zh: '请重试，或换用其他模型测试（MODEL=...）。' },
    )
  }
}

const keyNameOf = ({ end }: Secret, position: number): Bilingual => ({
  en: `Key ${position}${end === '' ? '' : ` (…${end})`}`,
  zh: `密钥 ${position}${end === '' ? '' : `（…${end}）`}`,
})

/** Makes a call; stores a {@link Trouble} of `checks` in the key's report. @throws other errors */
async function noteTrouble(report: KeyReport, checks: readonly string[], call: () => Promise<void>): Promise<void> {
  try {
    await call()
  } catch (error) {
    if (!(error instanceof Trouble) || !checks.includes(error.check)) throw error
    report.trouble = error
  }
}

/** Returns a native API request that limits its answer to one token, thinking included. */
function toBriefNative(body: object): object {
  // The cast is safe: the native codec made the body.
  const { generationConfig } = body as GenerateContentRequest
  return { ...body, generationConfig: { ...generationConfig, maxOutputTokens: 1 } }
}
