import * as readers from './readers.js'
import { SAFETY_SETTINGS } from './safety.js'

/** One setting: the environment variables that hold it, its type and its documentation. */
export interface Setting<T> {
  /** Names of the environment variables, in order of precedence; .env.example has the first. */
  readonly names: readonly [string, ...string[]]
  readonly read: readers.SettingReader<T>
  /** Default text, read if no variable is set; without one, the value is `undefined`. */
  readonly defaultText?: string
  /** True if the server does not start without this setting. */
  readonly isRequired?: true
  /** Unit of the value, if it is a number with a unit. */
  readonly unit?: 'ms' | 'bytes' | 'seconds' | 'values' | 'levels'
  /** Effect of the setting, for operators. */
  readonly meaning: string
}

// Node.js has no timer above 2 ** 31 - 1 ms, and src/main.ts adds STOP_MARGIN_MS to the setting.
const LONGEST_GRACE_MS = 2_147_480_000

/** Declares a setting; its reader determines the type of its value. */
const declareSetting = <T, const S>(reader: readers.SettingReader<T>, names: Setting<T>['names'], rest: S) => ({
  read: reader,
  names,
  ...rest,
})

/** Every setting, by its field in {@link Config}. `make generate` writes them to the READMEs. */
export const SETTINGS = {
  geminiApiKeys: declareSetting(readers.KEYS, ['GEMINI_API_KEY'], {
    isRequired: true,
    meaning: 'Gemini API keys, comma-separated. Several keys are used in turn; if one is rate-limited or rejected, the next one is tried.',
  }),
  authTokens: declareSetting(readers.TOKENS, ['AUTH_TOKEN'], {
    meaning:
      'Bearer tokens that clients may use, comma-separated, each `token` or `name:token`. If unset, no token is required (a warning is logged); on Function Compute the server then does not start.',
  }),
  isAnonymousAllowed: declareSetting(readers.FLAG, ['ALLOW_ANONYMOUS'], {
    defaultText: 'false',
    meaning: 'Allows the server to start without AUTH_TOKEN on Function Compute.',
  }),
  geminiBaseUrl: declareSetting(readers.BASE_URL, ['GEMINI_BASE_URL'], {
    defaultText: 'https://generativelanguage.googleapis.com/v1beta/openai',
    meaning:
      "Base URL of the Gemini API, for example of a relay. Google's ends in `/openai`; that ending is removed for calls to the `native` API.",
  }),
  geminiUpstream: declareSetting(readers.makeEnumReader('auto', 'native', 'compat'), ['GEMINI_UPSTREAM'], {
    defaultText: 'auto',
    meaning:
      "Google API that the proxy calls: `native` (generateContent) or `compat` (Google's OpenAI-compatible endpoint). `auto` is `native` if `GEMINI_BASE_URL` ends in `/openai`, as Google's does, and otherwise `compat`.",
  }),
  geminiAuthHeader: declareSetting(readers.makeEnumReader('authorization', 'x-goog-api-key'), ['GEMINI_AUTH_HEADER'], {
    defaultText: 'authorization',
    meaning:
      'Header that carries the Gemini API key on the `compat` API: `authorization` (as a bearer token) or `x-goog-api-key`. The `native` API always gets `x-goog-api-key`.',
  }),
  httpsProxy: declareSetting(readers.makeUrlReader('http:', 'https:'), ['HTTPS_PROXY', 'https_proxy'], {
    meaning: 'HTTP proxy (CONNECT) for connections to Gemini.',
  }),
  noProxy: declareSetting(readers.TEXT, ['NO_PROXY', 'no_proxy'], {
    meaning: 'Hosts to which the proxy connects directly even if HTTPS_PROXY is set, comma-separated.',
  }),
  host: declareSetting(readers.TEXT, ['HOST'], { defaultText: '0.0.0.0', meaning: 'Address to listen on.' }),
  port: declareSetting(readers.PORT, ['PORT', 'FC_CUSTOM_LISTEN_PORT', 'FC_SERVER_PORT'], {
    defaultText: '9000',
    meaning: 'Port to listen on; 0 picks a free port.',
  }),
  extraModels: declareSetting(readers.LIST, ['EXTRA_MODELS'], {
    defaultText: '',
    meaning: 'Model ids to list in addition to the built-in ones, comma-separated.',
  }),
  areModelsRefreshed: declareSetting(readers.FLAG, ['MODELS_REFRESH'], {
    defaultText: 'false',
    meaning: 'Adds the chat models that Google lists to GET /v1/models. They are fetched in the background, at most once an hour.',
  }),
  modelAliases: declareSetting(readers.ALIASES, ['MODEL_ALIASES'], {
    defaultText: '',
    meaning:
      'Model aliases, `requested=served,...`; `*` in the requested name is a wildcard (`gpt-*=gemini-3.8-flash`). The first match applies.',
  }),
  claudeModels: declareSetting(readers.ALIASES, ['CLAUDE_MODELS'], {
    defaultText: '*haiku*=gemini-3.1-flash-lite,claude-*=gemini-3.8-flash',
    meaning:
      'Gemini models that serve Claude model names, in all APIs. The format is that of MODEL_ALIASES, which apply first. A Gemini model name after `claude-`, as in `claude-gemini-3.8-flash`, needs no entry.',
  }),
  modelFallbacks: declareSetting(readers.FALLBACKS, ['MODEL_FALLBACKS'], {
    defaultText: '',
    meaning:
      'Fallback models, `a>b>c,...`. If a model is still overloaded after all retries, the next model of its chain serves the request.',
  }),
  maxRetries: declareSetting(readers.makeIntegerReader(0), ['MAX_RETRIES'], {
    defaultText: '2',
    meaning:
      'Maximum number of retries with the same key and model after transient failures of Gemini. Nothing is retried once the client has received a part of the answer.',
  }),
  retiredModels: declareSetting(readers.makeEnumReader('replacement', 'error'), ['RETIRED_MODELS'], {
    defaultText: 'replacement',
    meaning:
      'Effect of a 404 from Google for a built-in model: `replacement` uses the replacement that Google documents, `error` returns the 404.',
  }),
  thoughts: declareSetting(readers.makeEnumReader('auto', 'off'), ['THOUGHTS'], {
    defaultText: 'auto',
    meaning: '`auto` requests thought summaries from Gemini and returns them as `reasoning_content`; `off` does not.',
  }),
  safetySettings: declareSetting(SAFETY_SETTINGS, ['SAFETY_SETTINGS'], {
    defaultText: '',
    meaning:
      "Safety settings for requests without their own: one threshold for all four categories (`BLOCK_NONE`), or `CATEGORY=THRESHOLD,...` with Google's names (`HARM_CATEGORY_HARASSMENT=OFF`). If unset, none are sent. They have no effect with GEMINI_UPSTREAM=compat.",
  }),
  maxContinuations: declareSetting(readers.makeIntegerReader(0, 64), ['MAX_CONTINUATIONS'], {
    defaultText: '8',
    meaning:
      'Maximum number of further calls for one answer of Gemini 4 that exceeds the length of one call (`native` only). At the limit, the answer ends with `finish_reason` `length`.',
  }),
  isRemoteMediaFetched: declareSetting(readers.FLAG, ['FETCH_REMOTE_MEDIA'], {
    defaultText: 'true',
    meaning:
      'Whether the proxy downloads media that a request references by https URL; from public addresses only, and within limits. If `false`, Google downloads them (`native`), or such requests get 400 (`compat`).',
  }),
  bodyLimitBytes: declareSetting(readers.makeIntegerReader(1024), ['BODY_LIMIT_BYTES'], {
    defaultText: '33554432',
    unit: 'bytes',
    meaning: 'Maximum size of a request body.',
  }),
  maxBodyValues: declareSetting(readers.makeIntegerReader(1_000), ['MAX_BODY_VALUES'], {
    defaultText: '200000',
    unit: 'values',
    meaning:
      'Maximum number of array items and object members in a JSON request body, counted before it is parsed. Beyond it, requests get 413: each value takes far more time and memory than a byte of text.',
  }),
  maxBodyDepth: declareSetting(readers.makeIntegerReader(16, 1_000), ['MAX_BODY_DEPTH'], {
    defaultText: '1000',
    unit: 'levels',
    meaning: 'Maximum nesting of arrays and objects in a JSON request body. Beyond it, requests get 400.',
  }),
  maxInflightBodyBytes: declareSetting(readers.makeIntegerReader(1024), ['MAX_INFLIGHT_BODY_BYTES'], {
    unit: 'bytes',
    meaning:
      'Maximum total size of the request bodies in memory, fetched media included; beyond it, requests get 503 with `Retry-After`. If unset, it is derived from the memory of the process.',
  }),
  maxConcurrentRequests: declareSetting(readers.makeIntegerReader(1), ['MAX_CONCURRENT_REQUESTS'], {
    defaultText: '400',
    meaning: 'Maximum number of concurrent requests; beyond it, requests get 503 with `Retry-After`. Health checks are exempt.',
  }),
  functionMegabytes: declareSetting(readers.makeIntegerReader(64), ['FC_FUNCTION_MEMORY_SIZE'], {
    meaning: 'Memory of the function in megabytes; set by Function Compute.',
  }),
  requestTimeoutMs: declareSetting(readers.makeIntegerReader(1), ['REQUEST_TIMEOUT_MS'], {
    defaultText: '600000',
    unit: 'ms',
    meaning: 'Maximum duration of a request; shorter if Function Compute announces an earlier deadline.',
  }),
  upstreamIdleTimeoutMs: declareSetting(readers.makeIntegerReader(1), ['UPSTREAM_IDLE_TIMEOUT_MS'], {
    defaultText: '180000',
    unit: 'ms',
    meaning: 'Maximum time without data from Gemini, before and during a response.',
  }),
  heartbeatIntervalMs: declareSetting(readers.makeIntegerReader(1), ['HEARTBEAT_INTERVAL_MS'], {
    defaultText: '10000',
    unit: 'ms',
    meaning:
      "Interval of heartbeats in a silent stream: an SSE comment, or a `ping` event in the Messages API. Streams of Google's API get no heartbeats.",
  }),
  firstEventPatienceMs: declareSetting(readers.makeIntegerReader(0), ['FIRST_EVENT_PATIENCE_MS'], {
    defaultText: '15000',
    unit: 'ms',
    meaning:
      'How long a stream waits for its first event before it responds with status 200. A failure within this time is sent with its own status.',
  }),
  streamResume: declareSetting(readers.makeEnumReader('off', 'on-request', 'always'), ['STREAM_RESUME'], {
    defaultText: 'on-request',
    meaning: 'Which streams are resumable: those of requests with `X-Stream-Resume: true` (`on-request`), all (`always`) or none (`off`).',
  }),
  streamResumeTtlSeconds: declareSetting(readers.makeIntegerReader(1), ['STREAM_RESUME_TTL_SECONDS'], {
    defaultText: '60',
    unit: 'seconds',
    meaning: 'How long a resumable stream continues without a connected client, and how long it is stored after its end.',
  }),
  streamResumeMaxBytes: declareSetting(readers.makeIntegerReader(1024), ['STREAM_RESUME_MAX_BYTES'], {
    defaultText: '67108864',
    unit: 'bytes',
    meaning:
      'Maximum memory of one instance for all resumable streams. When it is full, the oldest finished streams are evicted; if that is not enough, new streams are not resumable.',
  }),
  streamResumeMaxStreams: declareSetting(readers.makeIntegerReader(1), ['STREAM_RESUME_MAX_STREAMS'], {
    defaultText: '1000',
    meaning: 'Maximum number of resumable streams of one instance, running and finished.',
  }),
  rateLimitRpm: declareSetting(readers.makeIntegerReader(1), ['RATE_LIMIT_RPM'], {
    meaning:
      'Maximum requests per minute and caller; beyond it, requests get 429 with `Retry-After`. A caller is a token, or an address if AUTH_TOKEN is unset. If unset, there is no limit.',
  }),
  functionName: declareSetting(readers.TEXT, ['FC_FUNCTION_NAME'], {
    meaning: 'Name of the function; set by Function Compute. If set, the address of a caller is the last entry of X-Forwarded-For.',
  }),
  redisUrl: declareSetting(readers.makeSecretUrlReader('redis:', 'rediss:'), ['REDIS_URL'], {
    meaning:
      'Redis shared by all instances, for resumable streams, stored responses, thought signatures and rate limits. If unset, each instance uses its own memory. While Redis is unavailable, instances do the same, without rate limits.',
  }),
  corsOrigins: declareSetting(readers.ORIGINS, ['CORS_ORIGINS'], {
    defaultText: '*',
    meaning: 'Origins that browsers may call from, comma-separated; `*` allows any.',
  }),
  metricsToken: declareSetting(readers.TOKEN, ['METRICS_TOKEN'], {
    meaning:
      'Bearer token of GET /metrics. If unset: a single token of AUTH_TOKEN is accepted, several are refused, and without AUTH_TOKEN no token is required.',
  }),
  shutdownGraceMs: declareSetting(readers.makeIntegerReader(0, LONGEST_GRACE_MS), ['SHUTDOWN_GRACE_MS'], {
    defaultText: '10000',
    unit: 'ms',
    meaning: 'How long running requests may continue after SIGTERM or SIGINT. The process ends 2 s later at the latest.',
  }),
  maxEventBytes: declareSetting(readers.makeIntegerReader(1024), ['MAX_EVENT_BYTES'], {
    defaultText: '16777216',
    unit: 'bytes',
    meaning: 'Maximum size of a single event from Gemini. Long images and thought signatures of the native API do not count.',
  }),
  logLevel: declareSetting(readers.makeEnumReader('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), ['LOG_LEVEL'], {
    defaultText: 'info',
    meaning: 'Lowest severity that is logged.',
  }),
  logFormat: declareSetting(readers.makeEnumReader('auto', 'json', 'pretty'), ['LOG_FORMAT'], {
    defaultText: 'auto',
    meaning:
      'Format of log lines: `json`, `pretty` (one readable line), or `auto`: `pretty` if standard output is a terminal, else `json`.',
  }),
  adminToken: declareSetting(readers.TOKEN, ['ADMIN_TOKEN'], {
    meaning:
      'Bearer token for the data of the console (GET /console); it must differ from the tokens in AUTH_TOKEN. If unset, the data is not available, and on Function Compute the console is off.',
  }),
  otlpEndpoint: declareSetting(readers.RECEIVER_URL, ['OTEL_EXPORTER_OTLP_ENDPOINT'], {
    meaning: 'Base URL of an OpenTelemetry receiver (OTLP over HTTP). If set, every request is traced.',
  }),
} as const satisfies Record<string, Setting<unknown>>

type Value<S> = S extends { readonly read: readers.SettingReader<infer T> }
  ? S extends { readonly defaultText: string } | { readonly isRequired: true }
    ? T
    : T | undefined
  : never

/** The configuration of one process. Each field is documented by its setting's `meaning`. */
export type Config = { readonly [K in keyof typeof SETTINGS]: Value<(typeof SETTINGS)[K]> }
