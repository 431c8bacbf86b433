import type { Bilingual } from '../contract/language.js'
import type { UpstreamApi } from '../contract/upstreamApi.js'
import { type GeminiError, reasonsOf, waitSecondsOf } from '../upstream/failures/geminiError.js'
import { isKeyUnusable, quotaKindOf } from '../upstream/failures/keyFault.js'
import type { Redact } from '../upstream/failures/redact.js'
import { DEFAULT_MODEL } from '../upstream/models/catalogue.js'
import { PROXY_ADVICE } from './advice.js'
import { type Trouble, toPrintableText, trouble } from './check.js'

interface KeyRow {
  /** The row applies if this matches a reason or the start of the message of Gemini's error. */
  readonly pattern: RegExp
  readonly cause: Bilingual
  readonly nextStep: Bilingual
}

const NEW_KEY = {
  en: 'Create a new key at https://aistudio.google.com/apikey and set GEMINI_API_KEY to it.',
  zh: '请在 https://aistudio.google.com/apikey 创建新密钥，并设置到 GEMINI_API_KEY。',
}

/** Advice about a wrong GEMINI_AUTH_HEADER, which only the OpenAI-compatible API uses. */
const HEADER_ROW: KeyRow = {
  pattern: /ACCESS_TOKEN_TYPE_UNSUPPORTED|multiple authentication credentials|authorization header|unregistered callers/i,
  cause: { en: 'not accepted in the header that GEMINI_AUTH_HEADER selects', zh: '该密钥不能用 GEMINI_AUTH_HEADER 指定的请求头发送' },
  nextStep: {
    en: 'Set GEMINI_AUTH_HEADER to the other value (authorization or x-goog-api-key). If the problem persists, create a new key at https://aistudio.google.com/apikey.',
    zh: '请将 GEMINI_AUTH_HEADER 改为另一个值（authorization 或 x-goog-api-key）；如仍无效，请在 https://aistudio.google.com/apikey 创建新密钥。',
  },
}

const KEY_ROWS: readonly KeyRow[] = [
  {
    pattern: /API_KEY_IP_ADDRESS_BLOCKED/,
    cause: { en: 'restricted to other IP addresses than that of this machine', zh: '该密钥限制了 IP 地址，不包含本机' },
    nextStep: {
      en: 'Add the outbound IP address to the key in the Google Cloud console (Credentials), or remove the restriction. Outbound addresses of Function Compute are shared and change.',
      zh: '请在 Google Cloud 控制台的“凭据”中为该密钥添加出口 IP 地址，或取消限制。函数计算的出口 IP 是共用的，而且会变化。',
    },
  },
  {
    pattern: /API_KEY_HTTP_REFERRER_BLOCKED/,
    cause: {
      en: 'restricted to web pages (HTTP referrers), so that no server can use it',
      zh: '该密钥仅限网页使用（HTTP 引荐来源），服务器无法使用',
    },
    nextStep: {
      en: 'Remove the referrer restriction in the Google Cloud console (Credentials), or create a key without one.',
      zh: '请在 Google Cloud 控制台的“凭据”中取消引荐来源限制，或创建不带限制的密钥。',
    },
  },
  {
    pattern: /API_KEY_SERVICE_BLOCKED/,
    cause: { en: 'not allowed to use the Gemini API', zh: '该密钥不允许使用 Gemini API' },
    nextStep: {
      en: 'Add "Generative Language API" to the API restrictions of the key in the Google Cloud console (Credentials).',
      zh: '请在 Google Cloud 控制台的“凭据”中，将“Generative Language API”加入该密钥的 API 限制。',
    },
  },
  {
    pattern: /SERVICE_DISABLED|has not been used in project/i,
    cause: { en: 'unusable: the Gemini API is not enabled in its project', zh: '其项目未启用 Gemini API' },
    nextStep: {
      en: 'Enable "Generative Language API" for the project in the Google Cloud console, wait a few minutes, or create a key in AI Studio.',
      zh: '请在 Google Cloud 控制台为该项目启用“Generative Language API”并等待几分钟，或在 AI Studio 创建密钥。',
    },
  },
  {
    pattern: /BILLING_DISABLED/,
    cause: { en: 'unusable: billing is off for its project', zh: '其项目未启用结算' },
    nextStep: {
      en: 'Enable billing for the project at https://aistudio.google.com.',
      zh: '请在 https://aistudio.google.com 为该项目启用结算。',
    },
  },
  {
    pattern: /reported as leaked|key was leaked/i,
    cause: { en: 'reported as leaked: Google has blocked it', zh: '该密钥被报告为已泄露，已被 Google 停用' },
    nextStep: {
      en: `${NEW_KEY.en} Find where the old key was published (a repository, a web page), or the next key will be blocked as well.`,
      zh: `${NEW_KEY.zh}同时查出旧密钥在何处公开（代码仓库、网页），否则新密钥也会被停用。`,
    },
  },
  {
    pattern: /denied access|CONSUMER_SUSPENDED|CONSUMER_INVALID|suspended|permission denied: consumer/i,
    cause: { en: 'unusable: Google has denied or suspended its project', zh: '其项目被 Google 拒绝访问或停用' },
    nextStep: { en: 'Contact the support of Google, or use a key of another project.', zh: '请联系 Google 支持，或使用其他项目的密钥。' },
  },
  { pattern: /key expired/i, cause: { en: 'expired', zh: '已过期' }, nextStep: NEW_KEY },
  HEADER_ROW,
  {
    pattern: /API_KEY_INVALID|valid API key|not valid|not found/i,
    cause: { en: 'not valid: mistyped, cut, or deleted', zh: '无效：输入有误、不完整或已被删除' },
    nextStep: {
      en: `Compare GEMINI_API_KEY with the key at https://aistudio.google.com/apikey (no quotes or spaces), or create a new key and set GEMINI_API_KEY to it.`,
      zh: '请与 https://aistudio.google.com/apikey 中的密钥核对（不含引号和空格），或创建新密钥并设置到 GEMINI_API_KEY。',
    },
  },
]

const OTHER_KEY_ROW: KeyRow = {
  pattern: /^/,
  cause: { en: 'refused by Google', zh: '被 Google 拒绝' },
  nextStep: NEW_KEY,
}

/** Details of a model call, for the messages of {@link toGeminiTrouble}. */
export interface FaultContext {
  readonly model: string
  /** The API of Google that was called. */
  readonly upstream: UpstreamApi
  readonly redact: Redact
}

/**
 * Converts an error of Gemini to a {@link Trouble}. Its messages about keys and quotas lack the
 * subject: the checks put the name of the key before them.
 */
export function toGeminiTrouble(error: GeminiError, { model, upstream, redact }: FaultContext): Trouble {
  const said = toPrintableText(redact(error.message))
  const quote = (text: Bilingual): Bilingual =>
    said === '' ? text : { en: `${text.en} Google's message: ${said}`, zh: `${text.zh}Google 的说明：${said}` }
  if (/free tier is not available in your country/i.test(error.message))
    return trouble(
      'region',
      { en: 'Google offers no free tier in the region of this machine.', zh: 'Google 在本机所在地区不提供免费层级。' },
      {
        en: 'Enable billing for the project at https://aistudio.google.com, or run the proxy in another region.',
        zh: '请在 https://aistudio.google.com 为项目启用结算，或在其他地区运行代理。',
      },
    )
  if (/location is not supported|not available in your country/i.test(error.message))
    return trouble(
      'region',
      {
        en: 'Gemini refuses requests from the region of this machine (or of its proxy).',
        zh: 'Gemini 拒绝来自本机（或其代理）所在地区的请求。',
      },
      PROXY_ADVICE.upstream_region_unsupported.nextStep,
    )
  if (error.code === 402 || error.code === 429) return quotaTrouble(error, model)
  if (isKeyUnusable(error) || error.code === 403 || /API key|authorization header|authentication credentials/i.test(error.message)) {
    const found = `${reasonsOf(error)} ${error.message.slice(0, 200)}`
    const { cause, nextStep } =
      KEY_ROWS.find((row) => row.pattern.test(found) && (row !== HEADER_ROW || upstream === 'compat')) ?? OTHER_KEY_ROW
    return trouble('keys', cause, nextStep)
  }
  if (error.code === 404) return missingModelTrouble(error, model)
  if (error.code === 503)
    return trouble(
      'model',
      { en: `${model} is overloaded at Gemini.`, zh: `Gemini 的 ${model} 过载。` },
      PROXY_ADVICE.upstream_overloaded.nextStep,
    )
  if (error.code === 504 || error.code === 408)
    return trouble(
      'model',
      { en: `${model} did not respond in time.`, zh: `${model} 未在规定时间内响应。` },
      PROXY_ADVICE.upstream_timeout.nextStep,
    )
  if (error.code >= 500)
    return trouble('model', quote({ en: `Gemini failed (HTTP ${error.code}).`, zh: `Gemini 出错（HTTP ${error.code}）。` }), {
      en: 'Retry in a minute, or test another model (MODEL=...). https://aistudio.google.com/status shows outages.',
      zh: '请一分钟后重试，或换用其他模型测试（MODEL=...）。故障见 https://aistudio.google.com/status。',
    })
  return trouble(
    'model',
    quote({ en: `Gemini refuses the request of the doctor (HTTP ${error.code}).`, zh: `Gemini 拒绝了诊断请求（HTTP ${error.code}）。` }),
    {
      en: 'Test another model (MODEL=gemini-3.8-flash). If it is refused as well, check GEMINI_BASE_URL.',
      zh: '请换用其他模型测试（MODEL=gemini-3.8-flash）；如仍被拒绝，请检查 GEMINI_BASE_URL。',
    },
  )
}

function missingModelTrouble({ message }: GeminiError, model: string): Trouble {
  const isRetired = /no longer available/i.test(message)
  const [en, zh] = isRetired
    ? ['is retired at Google, or closed to new users', '已被 Google 停用，或不对新用户开放']
    : ['does not exist at Google, or this key may not use it', '在 Google 不存在，或该密钥无权使用']
  // The suggested model must not be the one that was refused.
  const other = model === DEFAULT_MODEL ? 'gemini-3.5-flash' : DEFAULT_MODEL
  return trouble(
    'model',
    { en: `The model ${model} ${en}.`, zh: `模型 ${model} ${zh}。` },
    {
      en: `Use a current model (MODEL=${other}), and correct MODEL_ALIASES, MODEL_FALLBACKS and your clients.`,
      zh: `请使用现有模型（MODEL=${other}），并改正 MODEL_ALIASES、MODEL_FALLBACKS 和客户端的设置。`,
    },
  )
}

const QUOTAS: Readonly<Record<ReturnType<typeof quotaKindOf>, readonly [cause: Bilingual, nextStep: Bilingual]>> = {
  credit: [
    { en: 'out of credit: the prepaid credit is spent', zh: '余额不足：预付额度已用完' },
    {
      en: 'Top up at https://ai.studio/projects, or add a key of another billing account to GEMINI_API_KEY.',
      zh: '请在 https://ai.studio/projects 充值，或在 GEMINI_API_KEY 中添加其他结算账号的密钥。',
    },
  ],
  zero: [
    {
      en: 'no quota at all for this model (limit 0): the free tier does not include it',
      zh: '该模型的配额为零（limit: 0）：免费层级不包含此模型',
    },
    {
      en: 'Enable billing at https://aistudio.google.com, or use another model (MODEL=...), such as a Flash model.',
      zh: '请在 https://aistudio.google.com 启用结算，或改用其他模型（MODEL=...），例如 Flash 系列。',
    },
  ],
  day: [
    { en: 'the quota of this day is used up', zh: '当日配额已用完' },
    {
      en: 'The quota resets at midnight Pacific time. Until then: enable billing, add a key of another project to GEMINI_API_KEY, or use another model.',
      zh: '配额在太平洋时间零点恢复。在此之前可启用结算、在 GEMINI_API_KEY 中添加其他项目的密钥，或改用其他模型。',
    },
  ],
  long: [
    { en: 'a quota is used up, and is not restored soon', zh: '配额已用完，需较长时间恢复' },
    {
      en: 'Look at the limits at https://aistudio.google.com/usage; enable billing, or add a key of another project to GEMINI_API_KEY.',
      zh: '请在 https://aistudio.google.com/usage 查看限额；可启用结算，或在 GEMINI_API_KEY 中添加其他项目的密钥。',
    },
  ],
  minute: [
    { en: 'the quota of this minute is used up', zh: '当前分钟的配额已用完' },
    {
      en: 'Wait a minute. If the error recurs, enable billing, or add keys of other projects to GEMINI_API_KEY.',
      zh: '请等待一分钟。如反复出现，可启用结算，或在 GEMINI_API_KEY 中添加其他项目的密钥。',
    },
  ],
}

function quotaTrouble(error: GeminiError, model: string): Trouble {
  const [cause, nextStep] = QUOTAS[quotaKindOf(error)]
  const seconds = quotaKindOf(error) === 'minute' ? waitSecondsOf(error) : undefined
  const wait = seconds === undefined ? { en: '', zh: '' } : { en: `, for ${seconds} s`, zh: `，${seconds} 秒后恢复` }
  return trouble('quota', { en: `${cause.en}${wait.en} (${model})`, zh: `${cause.zh}${wait.zh}（${model}）` }, nextStep)
}
