import type { Logger } from 'pino'
import type { Config } from './config.js'
import { makeDocsFiles } from './docsFiles.js'
import { type App, makeApp } from './http/app.js'
import { makeGate } from './http/auth.js'
import { makeDispatcher } from './http/dispatch.js'
import { makeExchanges } from './http/exchange.js'
import { type Metrics, makeMetrics } from './http/metrics.js'
import { bodyBytesThatFit, makePressure } from './http/pressure.js'
import type { RateLimitSettings } from './http/rateLimit.js'
import { CHAT_STYLE } from './operations/chatStreams.js'
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
import { makeKeptResponses } from './operations/keptResponses.js'
import { makeListModels } from './operations/listModels.js'
import type { Operations } from './operations/operation.js'
import { RESPONSE_STYLE } from './operations/responseStreams.js'
import { makeResume } from './operations/resume.js'
import { makeRetrieveModel } from './operations/retrieveModel.js'
import { makeRedis, type Redis } from './redis.js'
import { makeSeals } from './sealing.js'
import type { Secret } from './secret.js'
import { makeMemoryStreamStore } from './streams/memoryStreamStore.js'
import { makeRedisStreamStore } from './streams/redisStreamStore.js'
import type { StreamStore } from './streams/streamStore.js'
import { makeRedisTextStore } from './texts/redisTextStore.js'
import { makeMemoryTextStore, type TextStore } from './texts/textStore.js'
import { makeAttempts } from './upstream/attempts.js'
import { makeGemini } from './upstream/chat.js'
import { makeClient } from './upstream/client.js'
import { makeEmbeddings } from './upstream/embeddings.js'
import { withRemoteMedia } from './upstream/inlineMedia.js'
import { type KeyRing, makeKeyRing } from './upstream/keyRing.js'
import { type MediaFetcherParts, makeMediaFetcher } from './upstream/media/mediaFetcher.js'
import { makeModelLife } from './upstream/modelLife.js'
import { makeModelLookup } from './upstream/modelLookup.js'
import { makeModels } from './upstream/models.js'
import { makeTransport } from './upstream/transport.js'

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
  /** Longest wait for a Redis command, in milliseconds; 500 unless set. For tests alone. */
  readonly redisPatienceMs?: number
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
  /** See RedisTextParts. */
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
  const redis = config.redisUrl === undefined ? undefined : connectRedis(parts, config.redisUrl)
  const streams = makeStreams(redis, config)
  const metrics = makeMetrics(streams.count)
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
    life: makeModelLife({ retiredModels: config.retiredModels, now: Date.now }),
    maxRetries: config.maxRetries,
    random: Math.random,
  }
  const attempts = makeAttempts({ ...policy, fallbacks: config.modelFallbacks })
  // The vectors of two models cannot be compared.
  const embeddings = makeEmbeddings({ client, attempts: makeAttempts({ ...policy, fallbacks: new Map() }) })
  const plain = makeGemini({
    client,
    attempts,
    signatures: makeTexts(redis, SIGNATURES),
    thoughts: config.thoughts,
    maxEventBytes: config.maxEventBytes,
    now: Date.now,
  })
  const gemini = config.isRemoteMediaFetched ? withRemoteMedia(plain, () => makeMediaFetcher(media)) : plain
  const resuming = { mode: config.streamResume, store: streams, firstEventPatienceMs: config.firstEventPatienceMs }
  const resume = makeResume({ ...resuming, style: CHAT_STYLE })
  const responseResume = makeResume({ ...resuming, style: RESPONSE_STYLE })
  const kept = makeKeptResponses(makeTexts(redis, RESPONSES), config.streamResume !== 'off')
  const exchanges = makeExchanges()
  const docs = makeDocsFiles(docsFolder)
  const operations: Operations = {
    createChatCompletion: makeCreateChatCompletion({ gemini, models, resume, firstEventPatienceMs: config.firstEventPatienceMs }),
    getChatCompletion: makeGetChatCompletion(resume),
    createResponse: makeCreateResponse({
      gemini,
      models,
      resume: responseResume,
      kept,
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
      inFlight: exchanges.count,
    }),
    getLiveness,
    getMetrics: makeGetMetrics(metrics),
    getOpenApi: makeGetOpenApi(readPublishedContract),
    getDocs: makeGetDocs(docs),
    getDocsAsset: makeGetDocsAsset(docs),
  }
  const dispatcher = await makeDispatcher(contract, operations)
  const pressure = makePressure({
    ...config,
    maxInflightBodyBytes: config.maxInflightBodyBytes ?? bodyBytesThatFit(config.functionMegabytes),
  })
  const rateLimit = toRateLimit(config, redis)
  const app: App = await makeApp({
    dispatcher,
    pressure,
    gate: makeGate(config),
    exchanges,
    metrics,
    log,
    flushLog,
    rateLimit,
    endKept: config.functionName === undefined ? undefined : streams.close,
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
  makeKeyRing({
    keys: config.geminiApiKeys,
    now: Date.now,
    onOutcome: metrics.countUpstream,
    onSetAside: ({ position, end }, cause) =>
      log.warn({ key: position, keyEnd: end, cause }, 'a key of GEMINI_API_KEY is set aside: the others go on'),
    onBack: ({ position, end }) => log.info({ key: position, keyEnd: end }, 'a key of GEMINI_API_KEY is back'),
  })

const toRateLimit = (config: Config, redis: Redis | undefined): RateLimitSettings | undefined =>
  config.rateLimitRpm === undefined
    ? undefined
    : { perMinute: config.rateLimitRpm, redis, isBehindGateway: config.functionName !== undefined }

const REDIS_DOWN = 'Redis is out of reach: this instance goes on with what it remembers itself'

const connectRedis = ({ log, config, redisPatienceMs = REDIS_PATIENCE_MS }: ServiceParts, url: Secret): Redis =>
  makeRedis({
    url,
    patienceMs: redisPatienceMs,
    onDown: (cause) => log.warn({ cause }, config.rateLimitRpm === undefined ? REDIS_DOWN : `${REDIS_DOWN}, and limits no caller`),
    onUp: () => log.info('Redis is back'),
  })

function makeTexts(redis: Redis | undefined, { kind, ttlMs, maxLength, mustBeSure }: Texts): TextStore {
  const own = makeMemoryTextStore({ maxLength, ttlMs, now: Date.now })
  return redis === undefined ? own : makeRedisTextStore({ redis, own, ttlMs, kind, mustBeSure })
}

// Timers of Node.js hold 31 bits.
const LONGEST_TTL_MS = 2_147_483_647
const LONGEST_LEASE_MS = 10_000

function makeStreams(redis: Redis | undefined, config: Config): StreamStore {
  const ttlMs = Math.min(config.streamResumeTtlSeconds * 1000, LONGEST_TTL_MS)
  const own = makeMemoryStreamStore({ ttlMs, maxBytes: config.streamResumeMaxBytes, maxStreams: config.streamResumeMaxStreams })
  return redis === undefined ? own : makeRedisStreamStore({ redis, own, ttlMs, leaseMs: Math.min(LONGEST_LEASE_MS, ttlMs / 2) })
}
