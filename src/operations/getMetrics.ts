import type { Operation } from '../contract/operation.js'

/** The metrics of this instance. */
export interface MetricsPage {
  readonly contentType: string
  /** Returns all metrics in the Prometheus text format. */
  text(): Promise<string>
}

/** GET /metrics: the metrics of this instance, for Prometheus. */
export const makeGetMetrics =
  (page: MetricsPage): Operation<'getMetrics'> =>
  async () => ({ text: await page.text(), contentType: page.contentType })
