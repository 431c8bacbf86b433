import {
  ALIASES,
  enumOf,
  FALLBACKS,
  FLAG,
  LIST,
  ORIGINS,
  PORT,
  SECRET,
  SECRETS,
  type SettingReader,
  secretUrl,
  TEXT,
  TOKENS,
  url,
  wholeNumber,
} from './readers.js'

/** One setting: the environment variables that hold it, its type and its documentation. */
export interface Setting<T> {
  /** Names in order of precedence; the first is the documented one. */
  readonly names: readonly [string, ...string[]]
  readonly read: SettingReader<T>
  /** Text that is read if no variable is set; without it the value is then `undefined`. */
  readonly fallback?: string
  /** True if the server does not start without it. */
  readonly isRequired?: true
  /** Unit of a number. */
  readonly unit?: 'ms' | 'bytes' | 'seconds'
  /** Effect of the setting, for operators. */
  readonly meaning: string
}

/** Declares a setting whose type is that of its reader. */
const setting = <T, const S extends Omit<Setting<T>, 'read'>>(
  read: SettingReader<T>,
  rest: S,
): S & { readonly read: SettingReader<T> } => ({ ...rest, read })

/**
 * Every setting of the proxy, by its field in {@link Config}.
 *
 * The tables of the READMEs and `.env.example` are generated from this list.
 */
export const SETTINGS = {
  geminiApiKeys: setting(SECRETS, {
    names: ['GEMINI_API_KEY'],
    isRequired: true,
    meaning: 'Gemini API keys, comma-separated. Several keys are used in turn; if one is rate-limited or rejected, the next one is tried.',
  }),
  authTokens: setting(TOKENS, {
    names: ['AUTH_TOKEN'],
    meaning:
      'Bearer tokens that clients may use, comma-separated, each `token` or `name:token`. If unset, no token is required (a warning is logged); on Function Compute the server then does not start.',
  }),
  isAnonymousAllowed: setting(FLAG, {
    names: ['ALLOW_ANONYMOUS'],
    fallback: 'false',
    meaning: 'Allows the server to start without AUTH_TOKEN on Function Compute.',
  }),
  geminiBaseUrl: setting(url('http:', 'https:'), {
    names: ['GEMINI_BASE_URL'],
    fallback: 'https://generativelanguage.googleapis.com/v1beta/openai',
    meaning: 'Base URL of the OpenAI-compatible Gemini API.',
  }),
  geminiAuthHeader: setting(enumOf('authorization', 'x-goog-api-key'), {
    names: ['GEMINI_AUTH_HEADER'],
    fallback: 'authorization',
    meaning: 'Header that carries the Gemini API key: `authorization` (as a bearer token) or `x-goog-api-key`.',
  }),
  httpsProxy: setting(url('http:', 'https:'), {
    names: ['HTTPS_PROXY', 'https_proxy'],
    meaning: 'HTTP proxy (CONNECT) for connections to Gemini.',
  }),
  noProxy: setting(TEXT, {
    names: ['NO_PROXY', 'no_proxy'],
    meaning: 'Hosts that are connected to directly although HTTPS_PROXY is set, comma-separated.',
  }),
  host: setting(TEXT, { names: ['HOST'], fallback: '0.0.0.0', meaning: 'Address to listen on.' }),
  port: setting(PORT, {
    names: ['PORT', 'FC_CUSTOM_LISTEN_PORT', 'FC_SERVER_PORT'],
    fallback: '9000',
    meaning: 'Port to listen on; 0 picks a free port.',
  }),
  extraModels: setting(LIST, {
    names: ['EXTRA_MODELS'],
    fallback: '',
    meaning: 'Model ids to list in addition to the built-in ones, comma-separated.',
  }),
  modelAliases: setting(ALIASES, {
    names: ['MODEL_ALIASES'],
    fallback: '',
    meaning:
      'Model aliases, `requested=served,...`; `*` in the requested name is a wildcard (`gpt-*=gemini-3.5-flash`). The first match applies.',
  }),
  modelFallbacks: setting(FALLBACKS, {
    names: ['MODEL_FALLBACKS'],
    fallback: '',
    meaning:
      'Fallback models, `a>b>c,...`. If a model is still overloaded after all retries, the next model of its chain serves the request.',
  }),
  maxRetries: setting(wholeNumber(0), {
    names: ['MAX_RETRIES'],
    fallback: '2',
    meaning: 'Maximum number of retries after transient failures of Gemini. Nothing is retried after the first byte of a response.',
  }),
  retiredModels: setting(enumOf('replacement', 'error'), {
    names: ['RETIRED_MODELS'],
    fallback: 'replacement',
    meaning:
      'Effect of a 404 from Google for a built-in model: `replacement` uses the replacement that Google documents, `error` returns 404.',
  }),
  thoughts: setting(enumOf('auto', 'off'), {
    names: ['THOUGHTS'],
    fallback: 'auto',
    meaning: '`auto` requests thought summaries from Gemini and returns them as `reasoning_content`; `off` does not.',
  }),
  isRemoteMediaFetched: setting(FLAG, {
    names: ['FETCH_REMOTE_MEDIA'],
    fallback: 'false',
    meaning:
      'Downloads media that a request references by https URL, from public addresses only and within limits. If `false`, such requests get 400.',
  }),
  bodyLimitBytes: setting(wholeNumber(1024), {
    names: ['BODY_LIMIT_BYTES'],
    fallback: '33554432',
    unit: 'bytes',
    meaning: 'Maximum size of a request body.',
  }),
  maxInflightBodyBytes: setting(wholeNumber(1024), {
    names: ['MAX_INFLIGHT_BODY_BYTES'],
    unit: 'bytes',
    meaning:
      'Maximum total size of the request bodies in memory; beyond it, requests get 503 with `Retry-After`. If unset, it is derived from the memory of the process.',
  }),
  maxConcurrentRequests: setting(wholeNumber(1), {
    names: ['MAX_CONCURRENT_REQUESTS'],
    fallback: '400',
    meaning: 'Maximum number of concurrent requests; beyond it, requests get 503 with `Retry-After`. Health checks are exempt.',
  }),
  functionMegabytes: setting(wholeNumber(64), {
    names: ['FC_FUNCTION_MEMORY_SIZE'],
    meaning: 'Memory of the function in megabytes; set by Function Compute.',
  }),
  requestTimeoutMs: setting(wholeNumber(1), {
    names: ['REQUEST_TIMEOUT_MS'],
    fallback: '600000',
    unit: 'ms',
    meaning: 'Maximum duration of a request; shorter if Function Compute announces an earlier deadline.',
  }),
  upstreamIdleTimeoutMs: setting(wholeNumber(1), {
    names: ['UPSTREAM_IDLE_TIMEOUT_MS'],
    fallback: '180000',
    unit: 'ms',
    meaning: 'Maximum time without data from Gemini, before and during a response.',
  }),
  heartbeatIntervalMs: setting(wholeNumber(1), {
    names: ['HEARTBEAT_INTERVAL_MS'],
    fallback: '10000',
    unit: 'ms',
    meaning: 'Interval of the SSE comments that a stream sends while it has no events.',
  }),
  firstEventPatienceMs: setting(wholeNumber(0), {
    names: ['FIRST_EVENT_PATIENCE_MS'],
    fallback: '15000',
    unit: 'ms',
    meaning:
      'How long a stream waits for its first event before it responds with status 200. A failure within this time is sent with its own status.',
  }),
  streamResume: setting(enumOf('off', 'on-request', 'always'), {
    names: ['STREAM_RESUME'],
    fallback: 'on-request',
    meaning: 'Which streams are resumable: those of requests with `X-Stream-Resume: true` (`on-request`), all (`always`) or none (`off`).',
  }),
  streamResumeTtlSeconds: setting(wholeNumber(1), {
    names: ['STREAM_RESUME_TTL_SECONDS'],
    fallback: '60',
    unit: 'seconds',
    meaning: 'How long a resumable stream continues without a reader, and how long it is stored after its end.',
  }),
  streamResumeMaxBytes: setting(wholeNumber(1024), {
    names: ['STREAM_RESUME_MAX_BYTES'],
    fallback: '67108864',
    unit: 'bytes',
    meaning:
      'Maximum memory of this instance for all resumable streams. When full, the oldest finished streams are evicted; if that is not enough, new streams are not resumable.',
  }),
  streamResumeMaxStreams: setting(wholeNumber(1), {
    names: ['STREAM_RESUME_MAX_STREAMS'],
    fallback: '1000',
    meaning: 'Maximum number of resumable streams of this instance, running and finished.',
  }),
  rateLimitRpm: setting(wholeNumber(1), {
    names: ['RATE_LIMIT_RPM'],
    meaning:
      'Maximum requests per minute and caller; beyond it, requests get 429 with `Retry-After`. A caller is a token, or an address if AUTH_TOKEN is unset. If unset, there is no limit.',
  }),
  functionName: setting(TEXT, {
    names: ['FC_FUNCTION_NAME'],
    meaning: 'Name of the function; set by Function Compute. If set, the address of a caller is the last entry of X-Forwarded-For.',
  }),
  redisUrl: setting(secretUrl('redis:', 'rediss:'), {
    names: ['REDIS_URL'],
    meaning:
      'Redis shared by all instances, for resumable streams, stored responses, thought signatures and rate limits. If unset, or while Redis is unavailable, each instance uses its own memory.',
  }),
  corsOrigins: setting(ORIGINS, {
    names: ['CORS_ORIGINS'],
    fallback: '*',
    meaning: 'Origins that browsers may call from, comma-separated; `*` allows any.',
  }),
  metricsToken: setting(SECRET, {
    names: ['METRICS_TOKEN'],
    meaning: 'Bearer token of GET /metrics. If unset, the AUTH_TOKEN is accepted; if that lists several tokens, none is.',
  }),
  shutdownGraceMs: setting(wholeNumber(0), {
    names: ['SHUTDOWN_GRACE_MS'],
    fallback: '10000',
    unit: 'ms',
    meaning: 'How long running requests may continue after SIGTERM.',
  }),
  maxEventBytes: setting(wholeNumber(1024), {
    names: ['MAX_EVENT_BYTES'],
    fallback: '16777216',
    unit: 'bytes',
    meaning: 'Maximum size of a single event from Gemini.',
  }),
  logLevel: setting(enumOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), {
    names: ['LOG_LEVEL'],
    fallback: 'info',
    meaning: 'Lowest severity that is logged.',
  }),
} as const satisfies Record<string, Setting<unknown>>

type Value<S> = S extends { readonly read: SettingReader<infer T> }
  ? S extends { readonly fallback: string } | { readonly isRequired: true }
    ? T
    : T | undefined
  : never

/** The configuration of one process. Each field is documented by its setting's `meaning`. */
export type Config = { readonly [K in keyof typeof SETTINGS]: Value<(typeof SETTINGS)[K]> }
