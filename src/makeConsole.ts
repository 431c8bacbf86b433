import { describeSettings } from './config/describe.js'
import type { Config } from './config/settings.js'
import type { Recorder, Records } from './console/recorder.js'
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

/** What {@link makeConsole} needs. */
export interface ConsoleParts extends Pick<ConsoleStatusParts, 'version' | 'features' | 'uptimeSeconds'> {
  readonly config: Config
  readonly upstream: Upstream
  readonly exchanges: Exchanges
  /** The records of finished requests; undefined without ADMIN_TOKEN. */
  readonly recorder: Recorder | undefined
  /** The folder with the files of the console page. */
  readonly consoleFolder: string
  /** Returns the URL at which this server reaches itself. */
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

// Stand-in for the recorder, never read: without ADMIN_TOKEN, requests for data are refused.
const NO_RECORDS: Records = {
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
  const doctor = loadDoctor(parts)
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

/** Makes the recorder of the console. @returns undefined without ADMIN_TOKEN */
export async function makeRecorder(config: Config, exchanges: Exchanges): Promise<Recorder | undefined> {
  if (config.adminToken === undefined) return undefined
  // Imported here: a start without ADMIN_TOKEN does not load it.
  const { Recorder } = await import('./console/recorder.js')
  return new Recorder({
    clock: { now: Date.now, elapsed },
    streams: () => exchanges.countStreams(),
    inFlight: () => exchanges.count(),
  })
}

/** Returns a function that loads the doctor of this server once, when it is first called. */
function loadDoctor({ config, origin }: Pick<ConsoleParts, 'config' | 'origin'>): () => Promise<Doctor> {
  let doctor: Promise<Doctor> | undefined
  return () => {
    doctor ??= import('./doctor/doctor.js').then(({ makeDoctor }) => makeDoctor({ config, origin: origin() }))
    return doctor
  }
}
