// Causes and next steps of failed checks, in the language of the terminal. Part of smoke.ts.
import { languageOf } from '../../src/contract/language.js'
import { type Advice, adviceFor, adviceForConnectionError } from '../../src/doctor/advice.js'
import { readErrorCode } from '../../src/doctor/deploymentFaults.js'
import type { HttpResponse } from './http.js'

const LANGUAGE = languageOf(process.env)
const LABELS = { en: ['Cause: ', 'Next:  '], zh: ['原因：', '建议：'] } as const
const MAX_QUOTED = 300

/** Advice for a response that another server than the proxy sent. */
const OTHER_SERVER: Advice = {
  cause: { en: 'The server at TARGET is not Gemini Proxy.', zh: 'TARGET 处响应的不是 Gemini Proxy。' },
  nextStep: {
    en: 'Check the host and the port in TARGET (`make deploy` prints the address), and whether the gateway in front of the proxy forwards /health and /v1.',
    zh: '请检查 TARGET 的主机和端口（`make deploy` 会输出地址），以及代理前面的网关如何处理 /health 和 /v1。',
  },
}
const WRONG_SCHEME: Advice = {
  cause: { en: 'TARGET has the wrong scheme for its port.', zh: 'TARGET 的协议与端口不符。' },
  nextStep: {
    en: 'Use http:// if the server has no certificate on this port (as for make run), else https://.',
    zh: '如该端口上没有证书（例如 make run），请使用 http://，否则使用 https://。',
  },
}
const REDIRECT: Advice = {
  cause: {
    en: 'TARGET redirects to another address, to which clients do not send their token.',
    zh: 'TARGET 重定向到其他地址，客户端不会携带令牌跟随。',
  },
  nextStep: {
    en: 'Use the address that TARGET redirects to, usually https:// instead of http://.',
    zh: '请使用重定向后的地址，通常是将 http:// 改为 https://。',
  },
}

/** The failure of a check, with advice for the operator if its cause is known. */
export class CheckFailure extends Error {
  /** Error code of the response or the connection; undefined if it has no code. */
  readonly code: string | undefined
  readonly advice: Advice | undefined

  constructor(message: string, code?: string, advice?: Advice) {
    super(message)
    this.code = code
    this.advice = advice
  }
}

/** Makes the failure for a response with an unexpected status. */
export function makeStatusFailure(response: HttpResponse, expected: number): CheckFailure {
  const { status, body } = response
  const id = response.header('x-request-id')[0]
  const quoted = body.replaceAll(/\s+/g, ' ').slice(0, MAX_QUOTED)
  const summary = `status ${status} instead of ${expected}: ${quoted}${id === undefined ? '' : ` (request ${id})`}`
  if (status >= 300 && status < 400) return new CheckFailure(`${summary} -> ${response.header('location').join()}`, 'redirect', REDIRECT)
  const code = readErrorCode(body)
  return new CheckFailure(summary, code, adviceFor(code ?? '') ?? (code === undefined ? OTHER_SERVER : undefined))
}

/** Makes the failure for a stream that ended with this error event. */
export const makeStreamFailure = (event: string): CheckFailure => {
  const code = readErrorCode(event)
  return new CheckFailure(event.slice(0, MAX_QUOTED), code, adviceFor(code ?? ''))
}

/** Makes the failure for a response that another server than the proxy sent. */
export const makeOtherServerFailure = (message: string): CheckFailure => new CheckFailure(message, 'other-server', OTHER_SERVER)

/** Converts an error to a failure; a connection error gets advice that depends on its code. */
export function toCheckFailure(error: unknown): CheckFailure {
  if (error instanceof CheckFailure) return error
  const code = error instanceof Error ? String(Reflect.get(error, 'code') ?? '') : ''
  const message = (error instanceof Error && error.message) || code || String(error)
  const isMixedUp = /^(?:EPROTO|ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|.*RECORD.*)|HPE_INVALID_CONSTANT)$/.test(code)
  return new CheckFailure(message, code || undefined, isMixedUp ? WRONG_SCHEME : adviceForConnectionError(error))
}

/**
 * Makes the advice lines for a failure.
 *
 * @param earlier - name of an earlier check that failed with the same code; the advice refers to it
 */
export function formatAdvice({ advice }: CheckFailure, earlier: string | undefined): string[] {
  if (advice === undefined) return []
  if (earlier !== undefined)
    return [LANGUAGE === 'zh' ? `         原因与“${earlier}”相同。` : `         The cause is the same as for "${earlier}".`]
  const [cause, next] = LABELS[LANGUAGE]
  return [`         ${cause}${advice.cause[LANGUAGE]}`, `         ${next}${advice.nextStep[LANGUAGE]}`]
}
