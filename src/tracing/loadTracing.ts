import type { Config } from '../config/settings.js'
import type { Log } from '../contract/log.js'
import type { Tracing } from './tracing.js'

/** What {@link loadTracing} needs. */
export interface TracingParts {
  readonly config: Pick<Config, 'otlpEndpoint' | 'geminiBaseUrl' | 'functionName'>
  readonly version: string
  readonly log: Log
}

/** Loads OpenTelemetry, which takes time and memory; undefined without a configured receiver. */
export async function loadTracing({ config, version, log }: TracingParts): Promise<Tracing | undefined> {
  const { otlpEndpoint: endpoint, geminiBaseUrl, functionName } = config
  if (endpoint === undefined) return undefined
  const { openTelemetry } = await import('./openTelemetry.js')
  return openTelemetry({ endpoint, geminiBaseUrl, functionName, version, log })
}
