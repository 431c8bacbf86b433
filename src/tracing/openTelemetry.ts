import { setTimeout as wait } from 'node:timers/promises'
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { parseTraceParent, setGlobalErrorHandler } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { Log } from '../contract/log.js'
import { toCallSpanAttributes, toCallSpanName, toRequestSpanAttributes, toRequestSpanName } from './attributes.js'
import type { TracedRequest, Tracing } from './tracing.js'

/** Dependencies of {@link makeOpenTelemetry}. */
export interface OpenTelemetryParts {
  /** Base URL of the OTLP trace receiver, without `/v1/traces`. */
  readonly endpoint: string
  readonly geminiBaseUrl: string
  /** Name of the function on Function Compute; undefined elsewhere. */
  readonly functionName: string | undefined
  readonly version: string
  readonly log: Log
}

// Longest time for which a trace receiver that hangs may delay responses or the shutdown.
const LONGEST_FLUSH_MS = 1_000
const ERROR_LOG_INTERVAL_MS = 60_000

/**
 * Makes a {@link Tracing} over OTLP (HTTP, protobuf): one span for each request and, if it called
 * Gemini, one child span from its first upstream call to its end, by the GenAI conventions.
 * Sampling, headers and resource attributes are read from the `OTEL_*` environment variables.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */
export function makeOpenTelemetry({ endpoint, geminiBaseUrl, functionName, version, log }: OpenTelemetryParts): Tracing {
  const report = makeExportErrorLogger(log)
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
    record: ({ summary, traceparent, calledAfterMs, isStillGenerating, earlierSpan }) => {
      const endedAt = Date.now()
      const startedAt = endedAt - summary.durationMs
      let context =
        earlierSpan === undefined ? parentOf(traceparent) : trace.setSpanContext(ROOT_CONTEXT, { ...earlierSpan, isRemote: false })
      let span = earlierSpan
      if (span === undefined) {
        const request = start(toRequestSpanName(summary), SpanKind.SERVER, startedAt, context)
        request.setAttributes(toRequestSpanAttributes(summary))
        endWith(request, summary.status >= 500, endedAt)
        span = request.spanContext()
        context = trace.setSpan(ROOT_CONTEXT, request)
      }
      if (calledAfterMs !== undefined && !isStillGenerating) {
        const call = start(toCallSpanName(summary), SpanKind.CLIENT, startedAt + calledAfterMs, context)
        call.setAttributes(toCallSpanAttributes(summary, gemini))
        endWith(call, summary.errorCode !== undefined, endedAt)
      }
      return span
    },
    flush: () => withFlushTimeout(provider.forceFlush().catch(report)),
    close: () => withFlushTimeout(provider.shutdown().catch(report)),
  }
}

function parentOf(traceparent: TracedRequest['traceparent']): Context {
  const parent = traceparent === undefined ? null : parseTraceParent(traceparent)
  return parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true })
}

async function withFlushTimeout(work: Promise<void>): Promise<void> {
  await Promise.race([work, wait(LONGEST_FLUSH_MS, undefined, { ref: false })])
}

type ExportError = Parameters<Parameters<typeof setGlobalErrorHandler>[0]>[0]

/** Makes an error handler that logs failures to export spans, at most once a minute. */
function makeExportErrorLogger(log: Log): (problem: ExportError | ExportError[]) => void {
  let lastAt = Number.NEGATIVE_INFINITY
  return (problems) => {
    if (performance.now() - lastAt < ERROR_LOG_INTERVAL_MS) return
    lastAt = performance.now()
    // Only the message is logged: other members of the error quote the receiver's response. Of an
    // array, with which `forceFlush` rejects, only the first error is logged.
    const [problem] = Array.isArray(problems) ? problems : [problems]
    const cause = typeof problem === 'string' ? problem : problem?.message
    log.warn({ cause }, 'Traces could not be exported; check OTEL_EXPORTER_OTLP_ENDPOINT')
  }
}
