import { Secret } from '../config/secret.js'
import { isRecord } from '../contract/isRecord.js'
import { COMPAT_DECODER } from '../upstream/compat/decoder.js'
import { makeRedact, type Redact } from '../upstream/failures/redact.js'
import { adviceFor, adviceForConnectionError, PROXY_ADVICE } from './advice.js'
import { type AnswerFacts, AnswerReader, DOCTOR_PROMPT } from './answerFacts.js'
import { once, type Trouble, toPrintableText, trouble } from './check.js'
import {
  checkIdOfError,
  newRateLimitTrouble,
  newRedirectTrouble,
  objectOrEmpty,
  parseJsonObject,
  readErrorCode,
} from './deploymentFaults.js'
import type { Deadline } from './limits.js'
import { sendToTarget, type TargetAddress, type TargetRequest, type TargetResponse } from './targetClient.js'

/** The facts that `GET /health` of a deployment reports. */
export interface DeploymentHealth {
  readonly version: string
  /** False if the deployment requires no token. */
  readonly isAuthRequired: boolean
  /** The header `Date` of the response. */
  readonly date: string | undefined
  /** True if browsers download the pages of the deployment instead of showing them. */
  readonly arePagesDownloaded: boolean
}

/** Dependencies of {@link Deployment}. */
export interface DeploymentParts {
  readonly address: TargetAddress
  readonly model: string
  readonly deadline: Deadline
}

const NO_TOKEN = {
  message: { en: 'The deployment requires a token, but no TOKEN is set.', zh: '该部署要求令牌，但没有提供。' },
  nextStep: {
    en: 'Set TOKEN (`make doctor TARGET=... TOKEN=...`) or GEMINI_PROXY_TOKEN to one of the tokens in AUTH_TOKEN of the deployment, without the name before the colon.',
    zh: '请提供其 AUTH_TOKEN 中的某个令牌（不含冒号前的名称）：`make doctor TARGET=... TOKEN=...`，或设置 GEMINI_PROXY_TOKEN。',
  },
} as const

/** The requests that the doctor sends to a deployment. They throw a {@link Trouble} on failure. */
export class Deployment {
  readonly #parts: DeploymentParts
  readonly #redact: Redact
  /** Requests `GET /health` at the first call; later calls return the same promise. */
  readonly requestHealth = once(() => this.#readHealth())
  /** Requests `GET /v1/models`, at the first call only. @throws {Trouble} for a wrong token */
  readonly requestModels = once(() => this.#readModels())
  /** Streams an answer of the model and measures it; later calls return the same promise. */
  readonly streamAnswer = once(() => this.#ask())

  constructor(parts: DeploymentParts) {
    this.#parts = parts
    this.#redact = makeRedact(parts.address.token === undefined ? [] : [new Secret(parts.address.token)])
  }

  /** Sends a request. @throws {Trouble} that `target` reports, if no response arrives */
  async send(request: Omit<TargetRequest, 'signal'>, signal = this.#parts.deadline.stepSignal()): Promise<TargetResponse> {
    try {
      return await sendToTarget(this.#parts.address, { ...request, signal })
    } catch (error) {
      throw this.#reachTrouble(signal.aborted ? Object.assign(new Error('late'), { code: 'ETIMEDOUT' }) : error)
    }
  }

  #reachTrouble(error: unknown): Trouble {
    const known = adviceForConnectionError(error)
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    return trouble(
      'target',
      known?.cause ?? {
        en: `${this.#parts.address.base.host} cannot be reached${code}.`,
        zh: `无法连接 ${this.#parts.address.base.host}${code}。`,
      },
      known?.nextStep ?? { en: 'Check TARGET and the network of this machine.', zh: '请检查 TARGET 和本机网络。' },
    )
  }

  async #readHealth(): Promise<DeploymentHealth> {
    const { base } = this.#parts.address
    const response = await this.send({ path: '/health' })
    if (response.status >= 300 && response.status < 400) {
      response.close()
      throw newRedirectTrouble(base, response)
    }
    const text = await response.text().catch(() => '')
    const body = parseJsonObject(text)
    if (response.status === 200 && body.status === 'ok' && typeof body.version === 'string')
      return {
        version: toPrintableText(body.version.slice(0, 40)),
        isAuthRequired: body.auth !== false,
        date: response.header('date')[0],
        arePagesDownloaded: response.header('content-disposition').some((value) => value.startsWith('attachment')),
      }
    throw this.#notProxyTrouble(response, text)
  }

  /** Makes the {@link Trouble} for a response that another server than Gemini Proxy sent. */
  #notProxyTrouble(response: TargetResponse, text: string): Trouble {
    const code = readErrorCode(text)
    const advice = code === undefined ? undefined : adviceFor(code)
    if (advice !== undefined) return trouble('target', advice.cause, advice.nextStep)
    const type = (response.header('content-type')[0] ?? '-').slice(0, 60)
    const { host } = this.#parts.address.base
    return trouble(
      'target',
      {
        en: `The server at ${host} is not Gemini Proxy (HTTP ${response.status}, ${type}).`,
        zh: `${host} 处响应的不是 Gemini Proxy，而是其他服务（HTTP ${response.status}，${type}）。`,
      },
      {
        en: 'Set TARGET to the address of the proxy without /v1. If a gateway is in front of the proxy, let it forward /health and all paths below /v1 unchanged.',
        zh: '请将 TARGET 设为代理的地址（不含 /v1）。如前面有网关，请让它转发 /health、/v1 及完整路径。',
      },
    )
  }

  async #readModels(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    await this.requestHealth()
    const response = await this.send({ path: '/v1/models', sendsToken: true })
    const text = await response.text().catch(() => '')
    if (response.status === 200) {
      const { data } = parseJsonObject(text)
      return Array.isArray(data) ? data.filter(isRecord) : []
    }
    if (response.status === 401 || response.status === 403) throw this.#tokenTrouble(response.status, text)
    throw this.#notProxyTrouble(response, text)
  }

  #tokenTrouble(status: number, text: string): Trouble {
    const isOwn = isRecord(parseJsonObject(text).error)
    if (isOwn && this.#parts.address.token === undefined) return trouble('token', NO_TOKEN.message, NO_TOKEN.nextStep)
    const { cause, nextStep } = PROXY_ADVICE.invalid_api_key
    if (isOwn) return trouble('token', cause, nextStep)
    return trouble(
      'token',
      { en: `A gateway in front of the proxy refuses the request (HTTP ${status}).`, zh: `代理前面的网关拒绝了请求（HTTP ${status}）。` },
      {
        en: 'Turn off the authentication of the gateway, and let it forward the header Authorization.',
        zh: '请关闭网关自身的认证，并让它透传 Authorization 请求头。',
      },
    )
  }

  async #ask(): Promise<AnswerFacts> {
    await this.requestModels()
    const { model, deadline } = this.#parts
    const signal = deadline.answerSignal()
    const body = JSON.stringify({ model, stream: true, reasoning_effort: 'low', messages: [{ role: 'user', content: DOCTOR_PROMPT }] })
    const reader = new AnswerReader(COMPAT_DECODER)
    const response = await this.send({ path: '/v1/chat/completions', method: 'POST', sendsToken: true, body }, signal).catch(() => {
      throw signal.aborted ? this.#silence() : this.#cut()
    })
    if (response.status !== 200) throw this.#refusal(response, await response.text().catch(() => ''))
    try {
      for await (const piece of response.body) {
        reader.push(piece)
        if (reader.isOver) break
      }
    } catch {
      if (!signal.aborted) throw this.#cut()
      if (reader.silenceMs > deadline.limits.answerMs / 2) throw this.#silence()
    } finally {
      response.close()
    }
    const facts = { ...reader.end(), encoding: response.header('content-encoding')[0] }
    if (facts.error !== undefined) throw this.#refusal(response, JSON.stringify(facts.error))
    if (!facts.hasText && !facts.hasThoughts) throw signal.aborted ? this.#silence() : this.#cut()
    return facts
  }

  #refusal(response: TargetResponse, text: string): Trouble {
    const code = readErrorCode(text)
    const advice = code === undefined ? undefined : adviceFor(code)
    if (code === undefined || advice === undefined) return this.#gatewayTrouble(response.status, code)
    const said = toPrintableText(this.#redact(String(objectOrEmpty(parseJsonObject(text).error).message ?? '')))
    if (code === 'rate_limit_exceeded' && !said.startsWith('Gemini')) return newRateLimitTrouble()
    // Only the message of `upstream_error` is quoted: other messages add nothing to their code.
    const detail = code === 'upstream_error' && said !== '' ? { en: `: ${said}`, zh: `：${said}` } : { en: '', zh: '' }
    return trouble(
      checkIdOfError(code, said),
      { en: `${advice.cause.en.slice(0, -1)} (${code}${detail.en}).`, zh: `${advice.cause.zh.slice(0, -1)}（${code}${detail.zh}）。` },
      advice.nextStep,
    )
  }

  #gatewayTrouble(status: number, code: string | undefined): Trouble {
    return trouble(
      'model',
      {
        en: `The chat request failed (HTTP ${status}${code === undefined ? ', not from the proxy' : `, ${code}`}).`,
        zh: `对话请求失败（HTTP ${status}${code === undefined ? '，并非来自代理' : `，${code}`}）。`,
      },
      {
        en: 'If a gateway is in front of the proxy: raise its timeouts (10 min), and let it forward POST /v1/chat/completions. Otherwise look at the log of the proxy.',
        zh: '如代理前面有网关：请调高其超时时间（10 分钟），并让它转发 POST /v1/chat/completions；否则请查看代理的日志。',
      },
    )
  }

  #silence(): Trouble {
    const { model } = this.#parts
    return trouble(
      'model',
      {
        en: `${model} did not answer in time: the model is overloaded, the proxy cannot reach Gemini, or a server in between delays the answer.`,
        zh: `${model} 未在规定时间内响应：模型过载、代理无法连接 Gemini，或途中有组件扣住了回答。`,
      },
      {
        en: `Run make doctor on the machine of the proxy, or with its settings. ${adviceFor('upstream_timeout')?.nextStep.en}`,
        zh: `请在代理所在机器上，或使用其设置运行 make doctor。${adviceFor('upstream_timeout')?.nextStep.zh}`,
      },
    )
  }

  #cut(): Trouble {
    return trouble(
      'model',
      { en: 'The stream was cut off before the answer arrived.', zh: '流在回答之前被切断。' },
      {
        en: 'Raise the timeouts of the gateway in front of the proxy and of the function (FC_TIMEOUT), and look at the log of the proxy.',
        zh: '请调高代理前面网关和函数（FC_TIMEOUT）的超时时间，并查看代理的日志。',
      },
    )
  }
}
