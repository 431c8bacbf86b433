import { warningsOf } from './config/warnings.js'
import { Exchanges } from './http/exchange/exchange.js'
import { Metrics } from './http/exchange/metrics.js'
import { type HttpService, type HttpServiceParts, makeHttpService } from './http/httpService.js'
import { makeRecorder } from './makeConsole.js'
import { type BuildParts, makeOperations } from './makeOperations.js'
import { makeSeals } from './responses/sealing.js'
import { makeResumeStore } from './resume/redis/makeResumeStore.js'
import { makeStores } from './stores/stores.js'
import { makeUpstream, type UpstreamParts } from './upstream/upstream.js'

/** Dependencies of {@link makeService}. */
export interface ServiceParts
  extends BuildParts,
    Pick<HttpServiceParts, 'config' | 'log' | 'logSink' | 'contract'>,
    Pick<UpstreamParts, 'media'> {
  /** Longest wait for a Redis command, in milliseconds; 500 by default. For tests only. */
  readonly redisTimeoutMs?: number
}

/** The running proxy: opens its port with `listen`, and shuts down in order with `close`. */
export interface Service extends Pick<HttpService, 'listen'> {
  /** Stops. Running requests may finish within `SHUTDOWN_GRACE_MS`, or until `forceStop` aborts. */
  close(forceStop?: AbortSignal): Promise<void>
}

/** Makes the proxy from its stores, Gemini client, operations and HTTP server. */
export async function makeService(parts: ServiceParts): Promise<Service> {
  const { config, log, logSink } = parts
  const stores = makeStores(config, log, parts.redisTimeoutMs)
  const streams = makeResumeStore(stores.redis, config)
  const droppedLines = (): number => logSink?.dropped ?? 0
  const metrics = new Metrics({ resumableStreams: () => streams.count(), droppedLines, keyStates: () => upstream.keyStates() })
  // Secrets for encryption: the hash of the caller's token or, without AUTH_TOKEN, a Gemini key.
  const seals = makeSeals((caller) => (config.authTokens === undefined ? (config.geminiApiKeys[0]?.reveal() ?? '') : caller))
  const upstream = makeUpstream({ ...parts, ...stores, seals, onOutcome: metrics.countAttempt.bind(metrics) })
  const exchanges = new Exchanges()
  const recorder = await makeRecorder(config, exchanges)
  const shared = { ...parts, metrics, exchanges, recorder }
  const operations = makeOperations({ ...shared, upstream, seals, stores, streams, origin: () => http.origin() })
  // Ends resumable streams that are still generated. Function Compute's pre-stop hook also does so.
  const endStreams = (): Promise<void> => streams.close()
  const http = await makeHttpService({ ...shared, operations, redis: stores.redis, endStreams })
  return {
    listen: () => {
      for (const warning of warningsOf(config)) log.warn(warning)
      return http.listen()
    },
    close: async (forceStop) => {
      await http.drain(forceStop)
      await endStreams() // before Redis closes, which stores the ends of the streams
      await upstream.close()
      await http.close()
      await stores.redis?.close()
      recorder?.close()
    },
  }
}
