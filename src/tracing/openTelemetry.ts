import { setTimeout as wait } from 'node:timers/promises'
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { parseTraceParent, setGlobalErrorHandler } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { Log } from '../contract/log.js'
import { toCallAttributes, toCallName, toRequestAttributes, toRequestName } from './attributes.js'
import type { TracedRequest, Tracing } from './tracing.js'

/** What {@link openTelemetry} needs. */
export interface OpenTelemetryParts {
  /** Base URL of the receiver, without `/v1/traces`. */
  readonly endpoint: string
  readonly geminiBaseUrl: string
  /** Name of the function; undefined outside of Function Compute. */
  readonly functionName: string | undefined
  readonly version: string
  readonly log: Log
}

// A receiver that hangs must not delay responses or the shutdown for longer.
const LONGEST_FLUSH_MS = 1_000
const PROBLEM_INTERVAL_MS = 60_000

/**
 * Exports spans over OTLP (HTTP, protobuf): one for each request, and one for its call of Gemini by
 * the GenAI conventions. Sampling, headers and resource attributes come from OpenTelemetry's own
 * environment variables.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */
export function openTelemetry({ endpoint, geminiBaseUrl, functionName, version, log }: OpenTelemetryParts): Tracing {
  const report = makeReport(log)
  setGlobalErrorHandler(report)
  const own = {
    'service.name': 'gemini-proxy',
    'service.version': version,
    ...(functionName === undefined ? {} : { 'faas.name': functionName, 'cloud.provider': 'alibaba_cloud' }),
  }
  const resource = defaultResource()
    .merge(resourceFromAttributes(own))
    .merge(detectResources({ detectors: [envDetector] }))
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces` })
  const provider = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] })
  const tracer = provider.getTracer('gemini-proxy', version)
  const gemini = new URL(geminiBaseUrl)

  const start = (name: string, kind: SpanKind, startTime: number, parent: Context): Span =>
    tracer.startSpan(name, { kind, startTime }, parent)
  const endWith = (span: Span, isFailed: boolean, endTime: number): void => {
    if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(endTime)
  }

  return {
    record: ({ summary, traceparent, calledAfterMs, isContinued, earlier }) => {
      const endedAt = Date.now()
      const startedAt = endedAt - summary.durationMs
      let context = earlier === undefined ? parentOf(traceparent) : trace.setSpanContext(ROOT_CONTEXT, { ...earlier, isRemote: false })
      let span = earlier
      if (span === undefined) {
        const request = start(toRequestName(summary), SpanKind.SERVER, startedAt, context)
        request.setAttributes(toRequestAttributes(summary))
        endWith(request, summary.status >= 500, endedAt)
        span = request.spanContext()
        context = trace.setSpan(ROOT_CONTEXT, request)
      }
      if (calledAfterMs !== undefined && !isContinued) {
        const call = start(toCallName(summary), SpanKind.CLIENT, startedAt + calledAfterMs, context)
        call.setAttributes(toCallAttributes(summary, gemini))
        endWith(call, summary.errorCode !== undefined, endedAt)
      }
      return span
    },
    flush: () => withinLimit(provider.forceFlush().catch(report)),
    close: () => withinLimit(provider.shutdown().catch(report)),
  }
}

function parentOf(traceparent: TracedRequest['traceparent']): Context {
  const parent = traceparent === undefined ? null : parseTraceParent(traceparent)
  return parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true })
}

async function withinLimit(work: Promise<void>): Promise<void> {
  await Promise.race([work, wait(LONGEST_FLUSH_MS, undefined, { ref: false })])
}

type Problem = Parameters<Parameters<typeof setGlobalErrorHandler>[0]>[0]

/** Logs that spans were lost, at most once a minute: a receiver that is down fails every export. */
function makeReport(log: Log): (problem: Problem) => void {
  let lastAt = Number.NEGATIVE_INFINITY
  return (problem) => {
    if (performance.now() - lastAt < PROBLEM_INTERVAL_MS) return
    lastAt = performance.now()
    // The message only: the other members quote the receiver's response.
    const cause = typeof problem === 'string' ? problem : problem.message
    log.warn({ cause }, 'Traces could not be exported; check OTEL_EXPORTER_OTLP_ENDPOINT')
  }
}
