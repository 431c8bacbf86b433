import { describeSettings } from './config/describe.js'
import type { Config } from './config/settings.js'
import type { RequestRecorder, RequestRecords } from './console/recorder.js'
import { elapsed } from './contract/clock.js'
import type { Operations } from './contract/operation.js'
import type { Doctor } from './doctor/doctor.js'
import type { Exchanges } from './http/exchange/exchange.js'
import { makeGetConsole } from './operations/getConsole.js'
import { makeGetConsoleAsset } from './operations/getConsoleAsset.js'
import { makeGetConsoleSeries } from './operations/getConsoleSeries.js'
import { type ConsoleStatusParts, makeGetConsoleStatus } from './operations/getConsoleStatus.js'
import { makeGetConsoleUsage } from './operations/getConsoleUsage.js'
import { makeListChecks } from './operations/listChecks.js'
import { makeListConsoleRequests } from './operations/listConsoleRequests.js'
import { makeRunCheck } from './operations/runCheck.js'
import { makePageFiles } from './stores/pageFiles.js'
import type { Upstream } from './upstream/upstream.js'

/** Dependencies of {@link makeConsole}. */
export interface ConsoleParts extends Pick<ConsoleStatusParts, 'version' | 'features' | 'uptimeSeconds'> {
  readonly config: Config
  readonly upstream: Upstream
  readonly exchanges: Exchanges
  /** The records of finished requests; undefined without ADMIN_TOKEN. */
  readonly recorder: RequestRecorder | undefined
  /** The folder with the files of the console page. */
  readonly consoleFolder: string
  /** Returns the base URL at which this server can call itself: `http://127.0.0.1:9000`. */
  readonly origin: () => string
}

type ConsoleOperations = Pick<
  Operations,
  | 'getConsole'
  | 'getConsoleAsset'
  | 'getConsoleStatus'
  | 'listConsoleRequests'
  | 'getConsoleUsage'
  | 'getConsoleSeries'
  | 'listChecks'
  | 'runCheck'
>

// Empty records for servers without ADMIN_TOKEN, which refuse all requests for console data.
const NO_RECORDS: RequestRecords = {
  since: 0,
  pricesAsOf: '',
  sampleMs: 5_000,
  requests: () => [],
  usage: () => [],
  errors: () => [],
  samples: () => [],
}

/** Makes the handlers of the console's operations. */
export function makeConsole(parts: ConsoleParts): ConsoleOperations {
  const { config, upstream, exchanges } = parts
  const files = makePageFiles(parts.consoleFolder)
  const records = parts.recorder ?? NO_RECORDS
  const doctor = makeDoctorLoader(parts)
  return {
    getConsole: makeGetConsole(files),
    getConsoleAsset: makeGetConsoleAsset(files),
    getConsoleStatus: makeGetConsoleStatus({
      ...parts,
      isAuthRequired: config.authTokens !== undefined,
      now: Date.now,
      inFlight: () => exchanges.count(),
      streams: () => exchanges.countStreams(),
      settings: () => describeSettings(config),
      keyStates: () => upstream.keyStates(),
      models: upstream.models,
    }),
    listConsoleRequests: makeListConsoleRequests(records),
    getConsoleUsage: makeGetConsoleUsage(records),
    getConsoleSeries: makeGetConsoleSeries(records),
    listChecks: makeListChecks(doctor),
    runCheck: makeRunCheck(doctor, elapsed),
  }
}

/** Makes the recorder of finished requests. @returns undefined without ADMIN_TOKEN */
export async function makeRecorder(config: Config, exchanges: Exchanges): Promise<RequestRecorder | undefined> {
  if (config.adminToken === undefined) return undefined
  // Loaded on demand: servers without ADMIN_TOKEN do not need the recorder.
  const { RequestRecorder } = await import('./console/recorder.js')
  return new RequestRecorder({
    clock: { now: Date.now, elapsed },
    streams: () => exchanges.countStreams(),
    inFlight: () => exchanges.count(),
  })
}

/** Returns a function that loads the doctor, the self-test of the server, on its first call. */
function makeDoctorLoader({ config, origin }: Pick<ConsoleParts, 'config' | 'origin'>): () => Promise<Doctor> {
  let doctor: Promise<Doctor> | undefined
  return () => {
    doctor ??= import('./doctor/doctor.js').then(({ makeDoctor }) => makeDoctor({ config, origin: origin() }))
    return doctor
  }
}
