import type { Operation } from '../contract/operation.js'

/** Source of the metrics of this instance. */
export interface MetricsText {
  readonly contentType: string
  /** Returns all metrics in the Prometheus text format. */
  text(): Promise<string>
}

/** Handler of GET /metrics: the metrics of this instance, for Prometheus. */
export const makeGetMetrics =
  (page: MetricsText): Operation<'getMetrics'> =>
  async () => ({ text: await page.text(), contentType: page.contentType })
