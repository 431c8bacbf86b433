import type { RequestRecords } from '../console/recorder.js'
import type { Operation } from '../contract/operation.js'

const BYTES_PER_MIB = 1_048_576

/** Handler of GET /console/api/series: samples of this instance's load in the last 15 minutes. */
export const makeGetConsoleSeries =
  (records: RequestRecords): Operation<'getConsoleSeries'> =>
  async () => ({
    json: {
      interval_ms: records.sampleMs,
      samples: records.samples().map(({ at, requests, errors, latency, streams, inFlight, rssBytes, loopDelayMs }) => ({
        at,
        requests,
        errors,
        p50_ms: latency?.p50 ?? null,
        p90_ms: latency?.p90 ?? null,
        p99_ms: latency?.p99 ?? null,
        streams,
        in_flight: inFlight,
        rss_mb: toTenths(rssBytes / BYTES_PER_MIB),
        loop_delay_ms: loopDelayMs === undefined ? null : toTenths(loopDelayMs),
      })),
    },
  })

const toTenths = (value: number): number => Math.round(value * 10) / 10
