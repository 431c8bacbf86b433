import { geminiAddressOf } from '../config/geminiAddress.js'
import type { Config } from '../config/settings.js'
import { elapsed } from '../contract/clock.js'
import type { KeyState } from '../contract/keyState.js'
import type { Log } from '../contract/log.js'
import type { CountMemory } from '../contract/operation.js'
import { type KeyValueStore, makeMemoryKeyValueStore } from '../stores/keyValueStore.js'
import { makeCallRecords } from './callRecords.js'
import { type GeminiChat, makeGeminiChat } from './chat.js'
import { type Embeddings, makeEmbeddings } from './embeddings.js'
import { makeRedact } from './failures/redact.js'
import { type FileCallParts, FileCalls } from './fileCalls.js'
import { type FileSeals, makeFileIds } from './fileIds.js'
import { type FileParts, type Files, makeFiles, makeUnsupportedFiles } from './files.js'
import { makeKeyPins } from './keys/pins.js'
import { KeyRing, type KeyRingParts } from './keys/ring.js'
import { type MediaFetcher, type MediaFetcherParts, makeMediaFetcher } from './media/fetcher.js'
import { MEDIA_LIMITS } from './media/limits.js'
import { makeNameLookup } from './media/nameLookup.js'
import { makeRemoteMedia } from './media/remoteMedia.js'
import { type Models, makeModels } from './models/directory.js'
import { makeFetchModelIds, makeGoogleModels } from './models/googleModels.js'
import { makeModelLookup } from './models/lookup.js'
import { type ModelRetirement, makeModelRetirement } from './models/retirement.js'
import { newCodec } from './newCodec.js'
import { makeReferenceResolver } from './references.js'
import { makeRelay, makeUnsupportedRelay, type Relay } from './relay.js'
import { makeAttempts } from './retries.js'
import { makeGeminiClient } from './wire/openaiClient.js'
import { makeTransport } from './wire/transport.js'

/** Everything that operations can call at Gemini. */
export interface Upstream {
  readonly gemini: GeminiChat
  readonly embeddings: Embeddings
  readonly models: Models
  readonly files: Files
  readonly relay: Relay
  /** Returns the state of each key, in the order of `GEMINI_API_KEY`. */
  keyStates(): KeyState[]
  /** Closes the connections to Gemini. */
  close(): Promise<void>
}

/** Dependencies of {@link makeUpstream}. */
export interface UpstreamParts extends Pick<KeyRingParts, 'onOutcome'> {
  readonly config: Config
  readonly log: Log
  /** Stores the data that Gemini sends with tool calls, such as signatures. */
  readonly toolCalls: KeyValueStore
  /** Stores for each item at Google, such as a file, which key created it. */
  readonly keyPins: KeyValueStore
  /** Seals the ids and the labels of files. */
  readonly seals: FileSeals
  /** Replaces parts of the fetcher of remote media. For tests only. */
  readonly media?: Partial<MediaFetcherParts> | undefined
}

/** Makes everything that calls Gemini, from the configuration. */
export function makeUpstream({ config, log, toolCalls, keyPins, seals, onOutcome, media }: UpstreamParts): Upstream {
  const { extraModels, modelAliases, claudeModels, retiredModels, maxRetries, thoughts, maxEventBytes, maxContinuations } = config
  const now = Date.now
  const address = geminiAddressOf(config)
  const transport = makeTransport(address, config)
  const client = makeGeminiClient(address, transport)
  const codec = newCodec(address.upstream, config)
  const redact = makeRedact(config.geminiApiKeys)
  const keys = new KeyRing({
    keys: config.geminiApiKeys,
    clock: { now, elapsed },
    onOutcome,
    onDisabled: ({ position, end }, cause) =>
      log.warn({ key: position, keyEnd: end, cause }, 'Gemini API key disabled for 10 min; using the remaining keys'),
    onEnabled: ({ position, end }) => log.info({ key: position, keyEnd: end }, 'Gemini API key enabled again'),
  })
  const googleModels = config.areModelsRefreshed
    ? makeGoogleModels({ fetchModelIds: makeFetchModelIds({ client, codec: codec.models, redact }), keys, log, elapsed })
    : undefined
  const policy = { keys, retirement: makeModelRetirement({ retiredModels, elapsed }), maxRetries, random: Math.random }
  const attempts = makeAttempts({ ...policy, fallbacks: config.modelFallbacks })
  // Embeddings have no fallbacks and replacements: the vectors of two models cannot be compared.
  const embeddingAttempts = makeAttempts({ ...policy, retirement: makeNoRetirement(), fallbacks: new Map() })
  const lookup = makeModelLookup({ client, keys, redact, elapsed })
  const models = makeModels({ extraModels, modelAliases, claudeModels, lookup, googleModels, now })
  const pins = makeKeyPins(keyPins, config.geminiApiKeys)
  const relayParts = { client, models, attempts, embeddingAttempts, redact, maxEventBytes, pins }
  const isNative = address.upstream === 'native'
  const files = isNative ? makeGoogleFiles({ ...relayParts, seals, keys: config.geminiApiKeys }) : makeUnsupportedFiles()
  const makeFetcher = config.isRemoteMediaFetched ? makeFetcherMaker(config.bodyLimitBytes, media) : undefined
  const remoteMedia = makeRemoteMedia({ upstream: address.upstream, makeFetcher })
  return {
    gemini: makeGeminiChat({
      client,
      codec,
      attempts,
      callRecords: makeCallRecords(toolCalls),
      references: makeReferenceResolver(isNative ? files : undefined, remoteMedia),
      thoughts,
      maxEventBytes,
      maxContinuations,
      redact,
      now,
    }),
    embeddings: makeEmbeddings({ client, codec, redact, attempts: embeddingAttempts }),
    models,
    files,
    relay: isNative ? makeRelay(relayParts) : makeUnsupportedRelay(),
    keyStates: () => keys.states(),
    close: () => {
      googleModels?.close()
      return transport.close()
    },
  }
}

/**
 * Makes a {@link ModelRetirement} without replacements: a model that Google does not know is a 404.
 */
const makeNoRetirement = (): ModelRetirement => makeModelRetirement({ retiredModels: 'error', elapsed, findReplacement: () => undefined })

// Links to files are cached for ten minutes. A link may be stale: Google refuses that of a deleted
// file.
const FILE_LINKS = { maxLength: 1_048_576, ttlMs: 600_000, elapsed }

const makeGoogleFiles = ({ seals, keys, ...parts }: FileCallParts & Pick<UpstreamParts, 'seals'> & Pick<FileParts, 'keys'>): Files =>
  makeFiles({ calls: new FileCalls(parts), ids: makeFileIds(seals), keys, links: makeMemoryKeyValueStore(FILE_LINKS) })

/** Returns a function that makes a media fetcher, whose memory `countMemory` counts. */
function makeFetcherMaker(bodyLimitBytes: number, media: UpstreamParts['media']): (countMemory: CountMemory) => MediaFetcher {
  // Shared by all requests: it limits the concurrent DNS look-ups of the process.
  const resolve = makeNameLookup()
  // An instance with little memory has a small BODY_LIMIT_BYTES, which then limits media, too.
  const limits = { ...MEDIA_LIMITS, requestBytes: Math.min(MEDIA_LIMITS.requestBytes, bodyLimitBytes) }
  return (countMemory) => makeMediaFetcher({ resolve, limits, ...media, countMemory })
}
