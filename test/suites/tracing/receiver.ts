import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { killOnExit } from '../../support/children.js'
import { interpreterOf } from '../../support/python.js'

/** A span that the receiver has accepted. */
export interface ReceivedSpan {
  readonly name: string
  readonly kind: 'server' | 'client'
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly startMs: number
  readonly endMs: number
  readonly status: 'unset' | 'ok' | 'error'
  readonly attributes: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
}

/** An OpenTelemetry receiver in a separate process. */
export interface Receiver {
  /** The value for OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string
  /** All spans received so far. */
  readonly spans: ReceivedSpan[]
  stop(): Promise<void>
}

/** Starts the receiver: see receiver.py. */
export async function startReceiver(): Promise<Receiver> {
  const python = await interpreterOf('test/suites/tracing/requirements.txt', 'rotel')
  const child = spawn(python, ['test/suites/tracing/receiver.py'], { stdio: ['pipe', 'pipe', 'inherit'] })
  killOnExit(child)
  const lines = createInterface(child.stdout)
  const [first] = (await once(lines, 'line')) as [string]
  const { endpoint } = JSON.parse(first) as { endpoint: string }
  const spans: ReceivedSpan[] = []
  lines.on('line', (line) => spans.push(JSON.parse(line) as ReceivedSpan))
  return {
    endpoint,
    spans,
    stop: async () => {
      child.stdin.end()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}
