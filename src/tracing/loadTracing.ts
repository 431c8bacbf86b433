import type { Config } from '../config/settings.js'
import type { Log } from '../contract/log.js'
import type { Tracing } from './tracing.js'

/** Dependencies of {@link loadTracing}. */
export interface TracingParts {
  readonly config: Pick<Config, 'otlpEndpoint' | 'geminiBaseUrl' | 'functionName'>
  readonly version: string
  readonly log: Log
}

/** Loads OpenTelemetry only if a trace receiver is configured; returns undefined otherwise. */
export async function loadTracing({ config, version, log }: TracingParts): Promise<Tracing | undefined> {
  const { otlpEndpoint: endpoint, geminiBaseUrl, functionName } = config
  if (endpoint === undefined) return undefined
  const { makeOpenTelemetry } = await import('./openTelemetry.js')
  return makeOpenTelemetry({ endpoint: endpoint.reveal(), geminiBaseUrl, functionName, version, log })
}
