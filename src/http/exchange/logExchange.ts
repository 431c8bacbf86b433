import type { Logger } from 'pino'
import { describeCause, describeStack } from '../../contract/cause.js'
import { type ApiError, ClientDisconnected } from '../../contract/errors.js'
import type { OnFinished } from './summary.js'

/** Makes a function that logs the summary of each request, and the cause of its failure. */
export const makeLogRequests =
  (log: Logger): OnFinished =>
  (summary, { failure }) => {
    if (summary.background) log.info(summary, 'generated')
    else if (summary.cancelled) log.info(summary, 'cancelled')
    else if (failure === undefined || !isFault(failure)) log.info(summary, 'answered')
    else log.error({ ...summary, cause: toCause(failure) }, 'failed')
  }

/** True for failures that need an operator: 5xx, except 501, which clients handle themselves. */
const isFault = ({ status }: ApiError): boolean => status >= 500 && status !== 501

/** Returns, for the log, the stack of an `internal_error`, or the messages of other causes. */
function toCause(failure: ApiError): string | undefined {
  const { cause } = failure
  if (!(cause instanceof Error) || cause instanceof ClientDisconnected) return undefined
  return failure.code === 'internal_error' ? describeStack(cause) : describeCause(failure)
}
