import { type GeminiAddressSettings, GOOGLE_HOST, geminiAddressOf, isWrongGooglePath } from '../config/geminiAddress.js'
import type { Config } from '../config/settings.js'
import { parseGeminiError } from '../upstream/failures/geminiError.js'
import { type ProbeResponse, probe } from '../upstream/wire/probe.js'
import { isBypassed, openTunnel, TunnelFailure } from '../upstream/wire/tunnel.js'
import { trouble } from './check.js'
import { explainNetworkError, readNetworkErrorCode } from './networkFaults.js'
import { type Finding, passed } from './result.js'

/** The settings that determine the connection to Gemini. */
export type ConnectionSettings = Pick<Config, 'geminiBaseUrl' | 'httpsProxy' | 'noProxy'>

/** Reads from the settings the base URL, host, port and forward proxy of connections to Gemini. */
export function toDestination({ geminiBaseUrl, httpsProxy, noProxy }: ConnectionSettings) {
  const base = new URL(geminiBaseUrl)
  const isTls = base.protocol === 'https:'
  const target = { hostname: base.hostname.replace(/^\[|\]$/g, ''), port: Number(base.port || (isTls ? 443 : 80)) }
  const isProxied = httpsProxy !== undefined && isTls && !isBypassed(noProxy ?? '', target)
  return { base, target, host: `${target.hostname}:${target.port}`, proxyUrl: isProxied ? new URL(httpsProxy) : undefined }
}

/** Tests a tunnel through HTTPS_PROXY, if that is used. @throws {Trouble} if it does not open */
export async function checkForwardProxy(
  settings: ConnectionSettings,
  signal: AbortSignal,
  env: Readonly<Record<string, string | undefined>>,
) {
  const { target, proxyUrl } = toDestination(settings)
  if (proxyUrl === undefined) return unusedProxyFinding(settings, env)
  try {
    const socket = await openTunnel(proxyUrl.href, target, signal, 2_147_483_647)
    socket.destroy()
  } catch (error) {
    throw proxyTrouble(error, signal.aborted, proxyUrl)
  }
  return passed(`${proxyUrl.host} opens tunnels to ${target.hostname}.`, `${proxyUrl.host} 可以建立到 ${target.hostname} 的隧道。`)
}

function unusedProxyFinding({ httpsProxy }: ConnectionSettings, env: Readonly<Record<string, string | undefined>>): Finding {
  if (httpsProxy !== undefined)
    return passed(
      'HTTPS_PROXY is not used for this host (NO_PROXY, or GEMINI_BASE_URL is http://).',
      '该主机不使用 HTTPS_PROXY（NO_PROXY，或 GEMINI_BASE_URL 为 http://）。',
    )
  const ignored = ['ALL_PROXY', 'all_proxy', 'HTTP_PROXY', 'http_proxy'].find((name) => env[name]?.trim())
  if (ignored === undefined) return passed('Not used: Gemini is called directly.', '未使用：直接连接 Gemini。')
  return {
    status: 'warning',
    message: {
      en: `${ignored} is set, but connections to Gemini use HTTPS_PROXY only.`,
      zh: `设置了 ${ignored}，但到 Gemini 的连接只使用 HTTPS_PROXY。`,
    },
    nextStep: {
      en: `If Gemini is to be called through that proxy, set HTTPS_PROXY as well.`,
      zh: '如需通过该代理访问 Gemini，请同时设置 HTTPS_PROXY。',
    },
  }
}

function proxyTrouble(error: unknown, isLate: boolean, { host, username }: URL) {
  const status = error instanceof TunnelFailure ? error.status : undefined
  const code = isLate ? 'ETIMEDOUT' : readNetworkErrorCode(error)
  if (status === 407)
    return trouble(
      'proxy',
      {
        en: `The proxy ${host} requires a ${username === '' ? '' : 'different '}user and password (HTTP 407).`,
        zh: `代理 ${host} 要求${username === '' ? '' : '其他'}用户名和密码（HTTP 407）。`,
      },
      {
        en: 'Set HTTPS_PROXY=http://user:password@host:port; encode special characters (@ is %40).',
        zh: '请设置 HTTPS_PROXY=http://用户:密码@主机:端口；特殊字符须编码（@ 写作 %40）。',
      },
    )
  if (status !== undefined)
    return trouble(
      'proxy',
      {
        en: `The proxy ${host} refuses a tunnel to Gemini (HTTP ${status}).`,
        zh: `代理 ${host} 拒绝建立到 Gemini 的隧道（HTTP ${status}）。`,
      },
      {
        en: `Allow CONNECT to ${GOOGLE_HOST}:443 in this proxy, or set HTTPS_PROXY to another proxy.${status >= 500 ? ' The proxy itself may be unable to reach Google.' : ''}`,
        zh: `请让它允许对 ${GOOGLE_HOST}:443 的 CONNECT，或将 HTTPS_PROXY 设为其他代理。${status >= 500 ? '它自身也可能无法访问 Google。' : ''}`,
      },
    )
  if (code.startsWith('HPE_'))
    return trouble(
      'proxy',
      { en: `The server at ${host} is not an HTTP proxy.`, zh: `${host} 处响应的不是 HTTP 代理。` },
      {
        en: 'Set HTTPS_PROXY to the HTTP port of the proxy; SOCKS is not supported.',
        zh: '请将 HTTPS_PROXY 设为代理的 HTTP 端口；不支持 SOCKS。',
      },
    )
  return trouble(
    'proxy',
    { en: `The proxy ${host} cannot be reached: ${reasonOf(code).en}.`, zh: `无法连接代理 ${host}：${reasonOf(code).zh}。` },
    {
      en: 'Start the proxy, correct HTTPS_PROXY (in a container, 127.0.0.1 is the container itself), or unset HTTPS_PROXY.',
      zh: '请启动代理，改正 HTTPS_PROXY（在容器中 127.0.0.1 是容器自身），或取消该设置。',
    },
  )
}

const REASONS: Readonly<Record<string, { readonly en: string; readonly zh: string }>> = {
  ECONNREFUSED: { en: 'no server listens there', zh: '该地址没有服务在监听' },
  ENOTFOUND: { en: 'its name does not resolve', zh: '主机名无法解析' },
  EAI_AGAIN: { en: 'its name does not resolve', zh: '主机名无法解析' },
  ETIMEDOUT: { en: 'it does not respond', zh: '没有响应' },
}
const reasonOf = (code: string) =>
  REASONS[code] ?? { en: `the connection failed${code === '' ? '' : ` (${code})`}`, zh: `连接失败${code === '' ? '' : `（${code}）`}` }

/** Requests the model list without a key. @throws {Trouble} unless the Gemini API responds */
export async function requestModelList(settings: ConnectionSettings & GeminiAddressSettings, signal: AbortSignal): Promise<ProbeResponse> {
  const { base, ...route } = toDestination(settings)
  const { baseUrl } = geminiAddressOf(settings)
  const url = new URL(baseUrl)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/models`
  const response = await probe(settings, url.href, signal).catch((error: unknown) => {
    const { message, nextStep } = explainNetworkError(error, signal.aborted, route)
    throw trouble('connection', message, nextStep)
  })
  const problem = notGeminiTrouble(base, settings, response)
  if (problem !== undefined) throw problem
  return response
}

/** Returns a {@link Trouble} for a response that is not from the Gemini API, else undefined. */
function notGeminiTrouble(base: URL, settings: GeminiAddressSettings, { status, headers, text }: ProbeResponse) {
  const usual = `https://${GOOGLE_HOST}/v1beta/openai`
  const fix = {
    en: `Set GEMINI_BASE_URL=${usual}, or the address of your relay up to the part before /chat/completions.`,
    zh: `请设置 GEMINI_BASE_URL=${usual}，或你的中转服务的地址（到 /chat/completions 之前为止）。`,
  }
  const found = (en: string, zh: string) => trouble('connection', { en, zh }, fix)
  if (isWrongGooglePath(settings))
    return found(`The path of GEMINI_BASE_URL is not the path of Google's API.`, 'GEMINI_BASE_URL 的路径不是 Google API 的路径。')
  if (status >= 300 && status < 400) {
    const to = URL.canParse(headers.location ?? '', base.href) ? new URL(headers.location ?? '', base).origin : '?'
    return found(
      `Requests to GEMINI_BASE_URL are redirected to ${to} (HTTP ${status}); the proxy does not follow redirects.`,
      `GEMINI_BASE_URL 被重定向到 ${to}（HTTP ${status}）；代理不跟随重定向。`,
    )
  }
  if (parseGeminiError(text) !== undefined || (status === 200 && text.trimStart().startsWith('{'))) return undefined
  const type = (headers['content-type'] ?? 'no content type').slice(0, 60)
  if (status === 404)
    return found(`${base.host} has no API at the path of GEMINI_BASE_URL (HTTP 404).`, `${base.host} 的该路径下没有接口（HTTP 404）。`)
  return found(
    `The server at ${base.host} is not the Gemini API (HTTP ${status}, ${type}).`,
    `${base.host} 处响应的不是 Gemini，而是其他服务（HTTP ${status}，${type}）。`,
  )
}

// Tolerated clock difference: `Date` headers have whole seconds, and the response is delayed.
const TOLERATED_SECONDS = 30
const SEVERE_SECONDS = 300

/** Compares the `Date` header of a response with the clock. @throws {Trouble} if over 30 s apart */
export function checkClock(date: string | undefined, now: number): Finding {
  const seconds = Math.round((now - Date.parse(date ?? '')) / 1000)
  if (Number.isNaN(seconds)) return { status: 'skipped', message: { en: 'The response has no Date header.', zh: '响应中没有日期。' } }
  if (Math.abs(seconds) <= TOLERATED_SECONDS) return passed('The clock of this machine is correct.', '本机时间正确。')
  const amount =
    Math.abs(seconds) < 7_200
      ? [`${Math.abs(seconds)} s`, `${Math.abs(seconds)} 秒`]
      : [`${Math.round(Math.abs(seconds) / 3_600)} h`, `${Math.round(Math.abs(seconds) / 3_600)} 小时`]
  const finding = trouble(
    'clock',
    {
      en: `The clock of this machine is ${amount[0]} ${seconds > 0 ? 'fast' : 'slow'}.`,
      zh: `本机时钟${seconds > 0 ? '快' : '慢'}了 ${amount[1]}。`,
    },
    {
      en: 'Turn on NTP (timedatectl set-ntp true). Otherwise certificate checks, waits after rate limits and times in the log are wrong.',
      zh: '请启用 NTP（timedatectl set-ntp true）；否则证书校验、限流等待和日志时间都会出错。',
    },
    Math.abs(seconds) > SEVERE_SECONDS ? 'failed' : 'warning',
  )
  throw finding
}
