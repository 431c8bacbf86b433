import type { Operation } from '../contract/operation.js'

/** What a registry of metrics gives away. */
export interface MetricsPage {
  readonly contentType: string
  /** The page in Prometheus' text format. */
  text(): Promise<string>
}

/** GET /metrics: this instance's metrics for Prometheus. */
export const makeGetMetrics =
  (page: MetricsPage): Operation<'getMetrics'> =>
  async () => ({ text: await page.text(), contentType: page.contentType })
