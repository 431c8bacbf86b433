import type { Bilingual } from '../contract/language.js'
import { trouble } from './check.js'
import type { Deployment } from './deployment.js'
import { newRateLimitTrouble, readErrorCode } from './deploymentFaults.js'
import { type Finding, passed } from './result.js'

const ORIGIN = 'https://doctor.example'
const GATEWAY_CORS = {
  en: 'Turn off CORS on the gateway, on the trigger and on the domain: the proxy handles it (CORS_ORIGINS). Let OPTIONS requests pass.',
  zh: '请关闭网关、触发器和域名上的 CORS：由代理处理（CORS_ORIGINS），并放行 OPTIONS 请求。',
}

/** Checks that pages can call the deployment (CORS). @throws {Trouble} if a gateway prevents it */
export async function checkCors(deployment: Pick<Deployment, 'send' | 'requestHealth' | 'requestModels'>): Promise<Finding> {
  await deployment.requestHealth()
  const preflight = await deployment.send({
    path: '/v1/chat/completions',
    method: 'OPTIONS',
    headers: { origin: ORIGIN, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
  })
  const response = await deployment.send({ path: '/health/live', headers: { origin: ORIGIN } })
  for (const each of [preflight, response]) each.close()
  const origins = [preflight, response].map((each) => each.header('access-control-allow-origin').flatMap((value) => value.split(',')))
  const most = Math.max(...origins.map(({ length }) => length))
  if (most > 1)
    throw trouble(
      'cors',
      {
        en: `Responses have ${most} values of Access-Control-Allow-Origin; browsers require exactly one.`,
        zh: `响应中有 ${most} 个 Access-Control-Allow-Origin；浏览器要求恰好一个。`,
      },
      GATEWAY_CORS,
    )
  if (preflight.status >= 400) {
    // Throws a trouble of its own if the gateway refuses all requests, not only preflights.
    await deployment.requestModels()
    throw trouble(
      'cors',
      {
        en: `The preflight request is refused (HTTP ${preflight.status}), so web pages cannot call the deployment.`,
        zh: `预检请求被拒绝（HTTP ${preflight.status}），网页无法调用该部署。`,
      },
      GATEWAY_CORS,
    )
  }
  if (origins.every(({ length }) => length === 0))
    return {
      status: 'warning',
      message: {
        en: 'Web pages of other sites cannot call the deployment: CORS_ORIGINS does not allow all origins.',
        zh: '其他站点的网页不能调用该部署：CORS_ORIGINS 没有允许任意站点。',
      },
      nextStep: {
        en: 'If CORS_ORIGINS lists all your sites, no change is needed. Otherwise add the missing sites to CORS_ORIGINS, or set CORS_ORIGINS=*.',
        zh: '如 CORS_ORIGINS 已列出你的站点，则无需处理；否则请加入这些站点，或设置 CORS_ORIGINS=*。',
      },
    }
  const headers = preflight.header('access-control-allow-headers').join().toLowerCase()
  if (origins.some(({ length }) => length === 0) || !/authorization|\*/.test(headers))
    throw trouble(
      'cors',
      {
        en: 'The CORS headers of the preflight response and of the actual response differ: a gateway sends one of them itself.',
        zh: '预检响应与实际响应不一致：其中之一由网关自行响应。',
      },
      GATEWAY_CORS,
    )
  return passed('Web pages can call the deployment.', '网页可以调用该部署。')
}

const MEGABYTE = 1_048_576
/** Size of the test body in bytes: above the usual limits of gateways, but sent within seconds. */
const SENT_BYTES = 2 * MEGABYTE
/** Body limit of Function Compute and default of BODY_LIMIT_BYTES, in bytes. */
const USUAL_LIMIT = 32 * MEGABYTE

/** Options of {@link checkBodySize}. */
export interface BodyCheckOptions {
  /** BODY_LIMIT_BYTES of the server; if undefined, 32 MiB is assumed. */
  readonly limitBytes?: number | undefined
  /** Silence after which the server is assumed to wait for the request body, in milliseconds. */
  readonly noResponseMs: number
}

/** Checks that requests of up to `limitBytes` reach the proxy. @throws {Trouble} if they do not */
export async function checkBodySize(
  deployment: Pick<Deployment, 'send' | 'requestModels'>,
  { limitBytes = USUAL_LIMIT, noResponseMs }: BodyCheckOptions,
): Promise<Finding> {
  // Throws for a wrong token, with which the proxy would refuse a body of any size.
  await deployment.requestModels()
  const sent = Math.min(SENT_BYTES, limitBytes - 1)
  // The proxy rejects this body, because `model` is not a string, and does not call Gemini.
  const frame = '{"model":1,"x":""}'
  const body = frame.replace('""', `"${'x'.repeat(sent - frame.length)}"`)
  const response = await deployment.send({ path: '/v1/chat/completions', method: 'POST', sendsToken: true, body })
  const code = readErrorCode(await response.text().catch(() => ''))
  if (response.status === 413 && code === 'request_too_large') return ownLimitWarning(sent)
  if (code === 'rate_limit_exceeded') throw newRateLimitTrouble()
  if (code !== undefined && response.status >= 500) return newSkippedFinding(code)
  if (response.status !== 400) throw gatewayLimit(response.status, sent)
  const nearly = await sendHeadersOnly(deployment, limitBytes - 1, noResponseMs)
  if (nearly?.isOwn === true) return ownLimitWarning(limitBytes - 1)
  if (nearly !== undefined) throw gatewayLimit(nearly.status, limitBytes - 1)
  const beyond = await sendHeadersOnly(deployment, limitBytes + MEGABYTE, noResponseMs)
  const limit = beyond === undefined ? [' and more', '甚至更大'] : ['', '']
  return passed(
    `Requests of up to ${Math.floor(limitBytes / MEGABYTE)} MB are accepted${limit[0]}.`,
    `可接受最大 ${Math.floor(limitBytes / MEGABYTE)} MB 的请求${limit[1]}。`,
  )
}

/**
 * Sends only the headers of a large request: a server that refuses the size responds at once.
 *
 * @returns undefined if the server waits for the body
 */
async function sendHeadersOnly(deployment: Pick<Deployment, 'send'>, declaredBytes: number, noResponseMs: number) {
  const signal = AbortSignal.timeout(noResponseMs)
  try {
    const response = await deployment.send({ path: '/v1/chat/completions', method: 'POST', sendsToken: true, declaredBytes }, signal)
    const isOwn = readErrorCode(await response.text().catch(() => '')) === 'request_too_large'
    response.close()
    return { status: response.status, isOwn }
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}

const newSkippedFinding = (code: string): Finding => ({
  status: 'skipped',
  message: { en: `Not checked: the server is busy (${code}).`, zh: `未检查：服务繁忙（${code}）。` },
})

const toMegabytesText = (bytes: number): string => `${Math.max(1, Math.round(bytes / MEGABYTE))} MB`

const IMAGES: Bilingual = { en: 'Requests with images or files are often larger.', zh: '请求中的图片和文件需要更大的上限。' }

const ownLimitWarning = (bytes: number): Finding => ({
  status: 'warning',
  message: {
    en: `BODY_LIMIT_BYTES of the deployment is below ${toMegabytesText(bytes)}. ${IMAGES.en}`,
    zh: `该部署的 BODY_LIMIT_BYTES 小于 ${toMegabytesText(bytes)}。${IMAGES.zh}`,
  },
  nextStep: { en: 'Raise BODY_LIMIT_BYTES, if the memory suffices.', zh: '如内存允许，请调高 BODY_LIMIT_BYTES。' },
})

const gatewayLimit = (status: number, bytes: number) =>
  trouble(
    'body',
    {
      en: `A gateway in front of the proxy refuses requests of ${toMegabytesText(bytes)} (HTTP ${status}). ${IMAGES.en}`,
      zh: `代理前面的网关拒绝 ${toMegabytesText(bytes)} 的请求（HTTP ${status}）。${IMAGES.zh}`,
    },
    {
      en: 'Raise the limit of the gateway to 32 MB (nginx: client_max_body_size 32m; see docs/nginx.conf).',
      zh: '请将其上限调到 32 MB（nginx：client_max_body_size 32m，见 docs/nginx.conf）。',
    },
  )
