import {
  ALIASES,
  choice,
  FALLBACKS,
  FLAG,
  LIST,
  natural,
  ORIGINS,
  PORT,
  type Reading,
  SECRET,
  SECRETS,
  type Setting,
  secretUrl,
  setting,
  TEXT,
  TOKENS,
  url,
} from './readers.js'

/** Every setting of the proxy. The keys are the fields of {@link Config}. */
export const SETTINGS = {
  geminiApiKeys: setting(SECRETS, {
    names: ['GEMINI_API_KEY'],
    isRequired: true,
    meaning: 'Gemini API key(s), comma-separated. Several are used in turn; where one is limited or refused, the next is tried.',
  }),
  authTokens: setting(TOKENS, {
    names: ['AUTH_TOKEN'],
    meaning:
      'Accepted bearer token(s), comma-separated, each `token` or `name:token`. Unset, everybody is let in (with a warning); on Function Compute that is refused.',
  }),
  isAnonymousAllowed: setting(FLAG, {
    names: ['ALLOW_ANONYMOUS'],
    fallback: 'false',
    meaning: 'Allows an empty AUTH_TOKEN on Function Compute.',
  }),
  geminiBaseUrl: setting(url('http:', 'https:'), {
    names: ['GEMINI_BASE_URL'],
    fallback: 'https://generativelanguage.googleapis.com/v1beta/openai',
    meaning: 'Where Gemini is reached.',
  }),
  geminiAuthHeader: setting(choice('authorization', 'x-goog-api-key'), {
    names: ['GEMINI_AUTH_HEADER'],
    fallback: 'authorization',
    meaning: 'The one header that carries the Gemini key: `authorization` (as Bearer) or `x-goog-api-key`.',
  }),
  httpsProxy: setting(url('http:', 'https:'), {
    names: ['HTTPS_PROXY', 'https_proxy'],
    meaning: 'HTTP proxy (CONNECT) for the way to Gemini.',
  }),
  noProxy: setting(TEXT, { names: ['NO_PROXY', 'no_proxy'], meaning: 'Hosts that are reached without HTTPS_PROXY, comma-separated.' }),
  host: setting(TEXT, { names: ['HOST'], fallback: '0.0.0.0', meaning: 'Listening address.' }),
  port: setting(PORT, {
    names: ['PORT', 'FC_CUSTOM_LISTEN_PORT', 'FC_SERVER_PORT'],
    fallback: '9000',
    meaning: 'Listening port; 0 takes a free one.',
  }),
  extraModels: setting(LIST, {
    names: ['EXTRA_MODELS'],
    fallback: '',
    meaning: 'Model ids listed beside the built-in ones, comma-separated.',
  }),
  modelAliases: setting(ALIASES, {
    names: ['MODEL_ALIASES'],
    fallback: '',
    meaning: '`asked=served,...`; `*` in the asked name is a wildcard (`gpt-*=gemini-3.5-flash`). The first that fits counts.',
  }),
  modelFallbacks: setting(FALLBACKS, {
    names: ['MODEL_FALLBACKS'],
    fallback: '',
    meaning: '`a>b>c,...`: who serves when a model stays overloaded after all retries.',
  }),
  maxRetries: setting(natural(0), {
    names: ['MAX_RETRIES'],
    fallback: '2',
    meaning: 'How often Gemini is asked again, before the first byte of an answer, after failures that pass.',
  }),
  retiredModels: setting(choice('replacement', 'error'), {
    names: ['RETIRED_MODELS'],
    fallback: 'replacement',
    meaning: 'What happens when Google answers 404 for a catalogued model: `replacement` serves it by the documented one, `error` is 404.',
  }),
  thoughts: setting(choice('auto', 'off'), {
    names: ['THOUGHTS'],
    fallback: 'auto',
    meaning: '`auto` asks Gemini for summaries of its thoughts and gives them as `reasoning_content`; `off` does not.',
  }),
  isRemoteMediaFetched: setting(FLAG, {
    names: ['FETCH_REMOTE_MEDIA'],
    fallback: 'false',
    meaning: 'Fetches media that a request names by https address, from public addresses only and within limits; otherwise that is a 400.',
  }),
  bodyLimitBytes: setting(natural(1024), {
    names: ['BODY_LIMIT_BYTES'],
    fallback: '33554432',
    unit: 'bytes',
    meaning: 'Largest request body.',
  }),
  maxInflightBodyBytes: setting(natural(1024), {
    names: ['MAX_INFLIGHT_BODY_BYTES'],
    unit: 'bytes',
    meaning: 'Bodies held at once; beyond it 503 with `Retry-After`. Unset: what fits into the memory of the process.',
  }),
  maxConcurrentRequests: setting(natural(1), {
    names: ['MAX_CONCURRENT_REQUESTS'],
    fallback: '400',
    meaning: 'Requests under way at once; beyond it 503 with `Retry-After`. Health still answers.',
  }),
  functionMegabytes: setting(natural(64), {
    names: ['FC_FUNCTION_MEMORY_SIZE'],
    meaning: 'Memory of the function in megabytes; set by Function Compute.',
  }),
  requestTimeoutMs: setting(natural(1), {
    names: ['REQUEST_TIMEOUT_MS'],
    fallback: '600000',
    unit: 'ms',
    meaning: 'Longest life of a request; less where Function Compute announces an earlier end.',
  }),
  upstreamIdleTimeoutMs: setting(natural(1), {
    names: ['UPSTREAM_IDLE_TIMEOUT_MS'],
    fallback: '180000',
    unit: 'ms',
    meaning: 'Longest silence of Gemini, before and within an answer.',
  }),
  heartbeatIntervalMs: setting(natural(1), {
    names: ['HEARTBEAT_INTERVAL_MS'],
    fallback: '10000',
    unit: 'ms',
    meaning: 'An SSE comment goes out this often while a stream has nothing to say.',
  }),
  firstEventPatienceMs: setting(natural(0), {
    names: ['FIRST_EVENT_PATIENCE_MS'],
    fallback: '15000',
    unit: 'ms',
    meaning: 'How long a stream waits for its first event before it answers 200, so that an early failure keeps its status.',
  }),
  streamResume: setting(choice('off', 'on-request', 'always'), {
    names: ['STREAM_RESUME'],
    fallback: 'on-request',
    meaning:
      'Whose streams can be resumed: those of requests with `X-Stream-Resume: true` (`on-request`), all (`always`), or none (`off`).',
  }),
  streamResumeTtlSeconds: setting(natural(1), {
    names: ['STREAM_RESUME_TTL_SECONDS'],
    fallback: '60',
    unit: 'seconds',
    meaning: 'How long a resumable stream goes on without a reader, and how long it is kept after its end.',
  }),
  streamResumeMaxBytes: setting(natural(1024), {
    names: ['STREAM_RESUME_MAX_BYTES'],
    fallback: '67108864',
    unit: 'bytes',
    meaning:
      'Memory of this instance for resumable streams, all together. Beyond it the oldest finished ones go, then new ones get no ids.',
  }),
  streamResumeMaxStreams: setting(natural(1), {
    names: ['STREAM_RESUME_MAX_STREAMS'],
    fallback: '1000',
    meaning: 'Resumable streams that this instance keeps, running and finished.',
  }),
  rateLimitRpm: setting(natural(1), {
    names: ['RATE_LIMIT_RPM'],
    meaning:
      'Requests that one caller may send in a minute; beyond it 429 with `Retry-After`. A caller is a token, without AUTH_TOKEN an address. Unset: no limit.',
  }),
  functionName: setting(TEXT, {
    names: ['FC_FUNCTION_NAME'],
    meaning: 'Name of the function; set by Function Compute. Callers are then known by the last hop of X-Forwarded-For.',
  }),
  redisUrl: setting(secretUrl('redis:', 'rediss:'), {
    names: ['REDIS_URL'],
    meaning:
      'Redis that all instances share, for resumable streams, thought signatures and rate limits. Unset, each instance remembers its own; so it does while Redis is out of reach.',
  }),
  corsOrigins: setting(ORIGINS, {
    names: ['CORS_ORIGINS'],
    fallback: '*',
    meaning: 'Origins that browsers may call from, comma-separated; `*` is any.',
  }),
  metricsToken: setting(SECRET, {
    names: ['METRICS_TOKEN'],
    meaning: 'Bearer token of GET /metrics. Unset: the one AUTH_TOKEN; with several tokens the page stays closed.',
  }),
  shutdownGraceMs: setting(natural(0), {
    names: ['SHUTDOWN_GRACE_MS'],
    fallback: '10000',
    unit: 'ms',
    meaning: 'How long running requests may go on after SIGTERM.',
  }),
  maxEventBytes: setting(natural(1024), {
    names: ['MAX_EVENT_BYTES'],
    fallback: '16777216',
    unit: 'bytes',
    meaning: 'Largest single event that is accepted from Gemini.',
  }),
  logLevel: setting(choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), {
    names: ['LOG_LEVEL'],
    fallback: 'info',
    meaning: 'Least severe level that is logged.',
  }),
} as const satisfies Record<string, Setting<unknown>>

type Value<S> = S extends { readonly read: Reading<infer T> }
  ? S extends { readonly fallback: string } | { readonly isRequired: true }
    ? T
    : T | undefined
  : never

/** The configuration of one process, read once at its start. */
export type Config = { readonly [K in keyof typeof SETTINGS]: Value<(typeof SETTINGS)[K]> }

/** Operator mistakes in the environment, all of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
  }
}

/**
 * Reads the whole configuration.
 *
 * @param env - environment variables; an empty value equals an absent one
 * @throws {ConfigError} naming every problem, never a secret
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [field, declared] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const name = declared.names.find((candidate) => env[candidate]?.trim()) ?? declared.names[0]
    const text = env[name]?.trim() || declared.fallback
    if (text === undefined) {
      if (declared.isRequired) problems.push(`${name} is not set. ${declared.meaning}`)
      continue
    }
    try {
      values[field] = declared.read(text)
    } catch (error) {
      problems.push(`${name} ${error instanceof Error ? error.message : 'is not usable'}`)
    }
  }
  if (values.functionName !== undefined && !env.AUTH_TOKEN?.trim() && values.isAnonymousAllowed !== true) {
    problems.push('AUTH_TOKEN is not set: on Function Compute the function would be open to everybody. Set it, or ALLOW_ANONYMOUS=true.')
  }
  if (problems.length > 0) throw new ConfigError(problems)
  // The loop above has read every field of SETTINGS by its own reader.
  return values as unknown as Config
}
