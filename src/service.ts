import type { Logger } from 'pino'
import type { Secret } from './config/secret.js'
import type { Config } from './config/settings.js'
import type { Operations } from './contract/operation.js'
import { type App, makeApp } from './http/app.js'
import { makeDispatcher } from './http/dispatch/dispatcher.js'
import { Exchanges } from './http/exchange/exchange.js'
import { Metrics } from './http/exchange/metrics.js'
import { makeAuthenticate } from './http/hooks/auth.js'
import { Pressure } from './http/hooks/pressure.js'
import type { RateLimitSettings } from './http/hooks/rateLimit.js'
import { makeCreateChatCompletion } from './operations/createChatCompletion.js'
import { makeCreateEmbedding } from './operations/createEmbedding.js'
import { makeCreateResponse } from './operations/createResponse.js'
import { makeDeleteResponse } from './operations/deleteResponse.js'
import { makeGetChatCompletion } from './operations/getChatCompletion.js'
import { makeGetDocs } from './operations/getDocs.js'
import { makeGetDocsAsset } from './operations/getDocsAsset.js'
import { makeGetHealth } from './operations/getHealth.js'
import { getLiveness } from './operations/getLiveness.js'
import { makeGetMetrics } from './operations/getMetrics.js'
import { makeGetOpenApi } from './operations/getOpenApi.js'
import { makeGetResponse } from './operations/getResponse.js'
import { makeListModels } from './operations/listModels.js'
import { makeRetrieveModel } from './operations/retrieveModel.js'
import { makeSeals } from './responses/sealing.js'
import { MemoryResumeStore } from './resume/memory/memoryResumeStore.js'
import { RedisResumeStore } from './resume/redis/redisResumeStore.js'
import { makeResume } from './resume/resume.js'
import type { ResumeStore } from './resume/resumeStore.js'
import { makeStoredResponses } from './resume/storedResponses.js'
import { CHAT_FORMAT } from './sse/chatFormat.js'
import { RESPONSES_FORMAT } from './sse/responsesFormat.js'
import { makeDocsFiles } from './stores/docsFiles.js'
import { type KeyValueStore, makeMemoryKeyValueStore } from './stores/keyValueStore.js'
import { type Redis, RedisConnection } from './stores/redis.js'
import { makeRedisKeyValueStore } from './stores/redisKeyValueStore.js'
import { makeGemini } from './upstream/chat.js'
import { makeEmbeddings } from './upstream/embeddings.js'
import { KeyRing } from './upstream/keys/ring.js'
import { type MediaFetcherParts, makeMediaFetcher } from './upstream/media/fetcher.js'
import { makeModels } from './upstream/models/directory.js'
import { makeModelLookup } from './upstream/models/lookup.js'
import { makeModelRetirement } from './upstream/models/retirement.js'
import { makeAttempts } from './upstream/retries.js'
import { makeClient } from './upstream/wire/openaiClient.js'
import { makeTransport } from './upstream/wire/transport.js'

/** What a service is built from besides its configuration. */
export interface ServiceParts {
  readonly config: Config
  readonly log: Logger
  /** Writes out what the log holds back; called whenever nothing is under way, and when a client has left. */
  readonly flushLog?: (() => void) | undefined
  readonly version: string
  /** The bundled contract, for validation; it is changed. */
  readonly contract: object
  /** The contract as OpenAPI 3.1, as it is served. */
  readonly readPublishedContract: () => Promise<object>
  /** Folder of the files of the docs page. */
  readonly docsFolder: string
  /** How media are fetched, where FETCH_REMOTE_MEDIA lets them. For tests alone. */
  readonly media?: MediaFetcherParts
}

/** A service that can listen. */
export interface Service {
  /** @returns the address that it listens on, such as `http://127.0.0.1:9000` */
  listen(): Promise<string>
  /** Ends in order within `SHUTDOWN_GRACE_MS`. */
  close(): Promise<void>
}

interface Texts {
  readonly kind: string
  readonly ttlMs: number
  /** In UTF-16 units. */
  readonly maxLength: number
  /** See RedisKeyValueParts. */
  readonly mustBeSure: boolean
}

// An agent's loop goes on for hours; its signatures are of some kilobytes each.
const SIGNATURES: Texts = { kind: 'signature', ttlMs: 6 * 3_600_000, maxLength: 16_777_216, mustBeSure: false }
// Each holds the whole conversation, so that only the newest is needed.
const RESPONSES: Texts = { kind: 'response', ttlMs: 3_600_000, maxLength: 16_777_216, mustBeSure: true }

// A tool turn waits no longer than this for what another instance has kept.
const REDIS_PATIENCE_MS = 500

const FEATURES = ['chat', 'stream', 'models', 'embeddings', 'metrics', 'resume', 'responses']

/** Puts the parts of a service together. */
export async function makeService(parts: ServiceParts): Promise<Service> {
  const { config, log, flushLog, version, contract, readPublishedContract, docsFolder, media } = parts
  const startedAt = performance.now()
  const transport = makeTransport(config)
  const redis = config.redisUrl === undefined ? undefined : connectRedis(config.redisUrl, config, log)
  const streams = makeStreams(redis, config)
  const metrics = new Metrics(() => streams.count())
  const client = makeClient({ baseUrl: config.geminiBaseUrl, authHeader: config.geminiAuthHeader, transport })
  const keys = makeKeys(config, metrics, log)
  const models = makeModels({
    extraModels: config.extraModels,
    aliases: config.modelAliases,
    lookup: makeModelLookup({ client, keys, now: Date.now }),
    now: Date.now,
  })
  const policy = {
    keys,
    retirement: makeModelRetirement({ retiredModels: config.retiredModels, now: Date.now }),
    maxRetries: config.maxRetries,
    random: Math.random,
  }
  const attempts = makeAttempts({ ...policy, fallbacks: config.modelFallbacks })
  // The vectors of two models cannot be compared.
  const embeddings = makeEmbeddings({ client, attempts: makeAttempts({ ...policy, fallbacks: new Map() }) })
  const gemini = makeGemini({
    client,
    attempts,
    signatures: makeTexts(redis, SIGNATURES),
    makeMediaFetcher: config.isRemoteMediaFetched ? () => makeMediaFetcher(media) : undefined,
    thoughts: config.thoughts,
    maxEventBytes: config.maxEventBytes,
    now: Date.now,
  })
  const resuming = { mode: config.streamResume, store: streams, firstEventPatienceMs: config.firstEventPatienceMs }
  const resume = makeResume({ ...resuming, format: CHAT_FORMAT, notFound: 'stream_not_found' })
  const responseResume = makeResume({ ...resuming, format: RESPONSES_FORMAT, notFound: 'response_not_found' })
  const kept = makeStoredResponses(makeTexts(redis, RESPONSES), config.streamResume !== 'off')
  const exchanges = new Exchanges()
  const docs = makeDocsFiles(docsFolder)
  const operations: Operations = {
    createChatCompletion: makeCreateChatCompletion({ gemini, models, resume, firstEventPatienceMs: config.firstEventPatienceMs }),
    getChatCompletion: makeGetChatCompletion(resume),
    createResponse: makeCreateResponse({
      gemini,
      models,
      resume: responseResume,
      stored: kept,
      seals: makeSeals((caller) => (config.authTokens === undefined ? anonymousSecret(config) : caller)),
      firstEventPatienceMs: config.firstEventPatienceMs,
      now: Date.now,
    }),
    getResponse: makeGetResponse(kept, responseResume),
    deleteResponse: makeDeleteResponse(kept, responseResume),
    createEmbedding: makeCreateEmbedding({ embeddings, models }),
    listModels: makeListModels(models),
    retrieveModel: makeRetrieveModel(models),
    getHealth: makeGetHealth({
      version,
      models,
      features: FEATURES,
      isAuthRequired: config.authTokens !== undefined,
      uptimeSeconds: () => (performance.now() - startedAt) / 1000,
      inFlight: () => exchanges.count(),
    }),
    getLiveness,
    getMetrics: makeGetMetrics(metrics),
    getOpenApi: makeGetOpenApi(readPublishedContract),
    getDocs: makeGetDocs(docs),
    getDocsAsset: makeGetDocsAsset(docs),
  }
  const dispatcher = await makeDispatcher(contract, operations)
  const rateLimit = toRateLimit(config, redis)
  const app: App = await makeApp({
    dispatcher,
    pressure: new Pressure(config),
    authenticate: makeAuthenticate(config),
    exchanges,
    metrics,
    log,
    flushLog,
    rateLimit,
    endKept: config.functionName === undefined ? undefined : () => streams.close(),
    settings: config,
  })

  return {
    listen: async () => {
      if (config.authTokens === undefined) log.warn('AUTH_TOKEN is not set: everybody who reaches this address can spend the Gemini quota')
      return app.fastify.listen({ host: config.host, port: config.port })
    },
    close: async () => {
      await app.drain(config.shutdownGraceMs)
      // Before Redis, which is told of their end.
      await streams.close()
      await transport.close()
      await redis?.close()
    },
  }
}

/** Where every caller is let in, what all instances know and no caller does. */
const anonymousSecret = ({ geminiApiKeys: [first] }: Config): string => first?.reveal() ?? ''

const makeKeys = (config: Config, metrics: Metrics, log: Logger): KeyRing =>
  new KeyRing({
    keys: config.geminiApiKeys,
    now: Date.now,
    onOutcome: (position, outcome) => metrics.countUpstream(position, outcome),
    onDisabled: ({ position, end }, cause) =>
      log.warn({ key: position, keyEnd: end, cause }, 'Gemini API key disabled for 10 min; using the remaining keys'),
    onEnabled: ({ position, end }) => log.info({ key: position, keyEnd: end }, 'Gemini API key enabled again'),
  })

const toRateLimit = (config: Config, redis: Redis | undefined): RateLimitSettings | undefined =>
  config.rateLimitRpm === undefined
    ? undefined
    : { perMinute: config.rateLimitRpm, redis, isBehindGateway: config.functionName !== undefined }

const REDIS_DOWN = 'Redis is out of reach: this instance goes on with what it remembers itself'

const connectRedis = (url: Secret, { rateLimitRpm }: Config, log: Logger): Redis =>
  new RedisConnection({
    url,
    patienceMs: REDIS_PATIENCE_MS,
    onDown: (cause) => log.warn({ cause }, rateLimitRpm === undefined ? REDIS_DOWN : `${REDIS_DOWN}, and limits no caller`),
    onUp: () => log.info('Redis is back'),
  })

function makeTexts(redis: Redis | undefined, { kind, ttlMs, maxLength, mustBeSure }: Texts): KeyValueStore {
  const own = makeMemoryKeyValueStore({ maxLength, ttlMs, now: Date.now })
  return redis === undefined ? own : makeRedisKeyValueStore({ redis, own, ttlMs, kind, mustBeSure })
}

// Timers of Node.js hold 31 bits.
const LONGEST_TTL_MS = 2_147_483_647
const LONGEST_LEASE_MS = 10_000

function makeStreams(redis: Redis | undefined, config: Config): ResumeStore {
  const ttlMs = Math.min(config.streamResumeTtlSeconds * 1000, LONGEST_TTL_MS)
  const own = new MemoryResumeStore({ ttlMs, maxBytes: config.streamResumeMaxBytes, maxStreams: config.streamResumeMaxStreams })
  return redis === undefined ? own : new RedisResumeStore({ redis, own, ttlMs, leaseMs: Math.min(LONGEST_LEASE_MS, ttlMs / 2) })
}
