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

/** What {@link makeService} needs. */
export interface ServiceParts
  extends BuildParts,
    Pick<HttpServiceParts, 'config' | 'log' | 'logSink' | 'contract'>,
    Pick<UpstreamParts, 'media'> {
  /** Longest wait for a Redis command, in milliseconds; 500 by default. For tests only. */
  readonly redisPatienceMs?: number
}

/** A service that can listen, and that stops in order. */
export interface Service extends Pick<HttpService, 'listen'> {
  /** Stops. Running requests may finish in `SHUTDOWN_GRACE_MS`, or until `hurry` aborts. */
  close(hurry?: AbortSignal): Promise<void>
}

/** Makes a service: stores, calls of Gemini, operations, HTTP server. `listen` opens its port. */
export async function makeService(parts: ServiceParts): Promise<Service> {
  const { config, log, logSink } = parts
  const stores = makeStores(config, log, parts.redisPatienceMs)
  const streams = makeResumeStore(stores.redis, config)
  const droppedLines = (): number => logSink?.dropped ?? 0
  const metrics = new Metrics({ resumableStreams: () => streams.count(), droppedLines, keyStates: () => upstream.keyStates() })
  // Without AUTH_TOKEN all callers have one identity, which is no secret: seals use a Gemini key.
  const seals = makeSeals((caller) => (config.authTokens === undefined ? (config.geminiApiKeys[0]?.reveal() ?? '') : caller))
  const upstream = makeUpstream({ ...parts, ...stores, seals, onOutcome: metrics.countUpstream.bind(metrics) })
  const exchanges = new Exchanges()
  const recorder = await makeRecorder(config, exchanges)
  const shared = { ...parts, metrics, exchanges, recorder }
  const operations = makeOperations({ ...shared, upstream, seals, stores, streams, origin: () => http.origin() })
  // Ends the resumable streams still running. Function Compute's pre-stop hook calls it, too.
  const endStreams = (): Promise<void> => streams.close()
  const http = await makeHttpService({ ...shared, operations, redis: stores.redis, endStreams })
  return {
    listen: () => {
      for (const warning of warningsOf(config)) log.warn(warning)
      return http.listen()
    },
    close: async (hurry) => {
      await http.drain(hurry)
      await endStreams() // before Redis, which stores how they ended
      await upstream.close()
      await http.close()
      await stores.redis?.close()
      recorder?.close()
    },
  }
}
