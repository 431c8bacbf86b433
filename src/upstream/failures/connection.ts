const LOST_CODES = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])
const IDLE_TIMEOUT_CODES = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

/** True for an error of Node.js or undici that reports the loss of an established connection. */
export const isConnectionLost = (error: unknown): boolean => LOST_CODES.has(systemCodeOf(error) ?? '')

/** True for a timeout of undici: Gemini sent no data for longer than `UPSTREAM_IDLE_TIMEOUT_MS`. */
export const isIdleTimeout = (error: unknown): boolean => IDLE_TIMEOUT_CODES.has(systemCodeOf(error) ?? '')

/** Returns the `code` of an error of Node.js or undici, or that of the error in its `cause`. */
function systemCodeOf(error: unknown): string | undefined {
  for (let level = error; level instanceof Error; level = level.cause) {
    if ('code' in level && typeof level.code === 'string') return level.code
  }
  return undefined
}
