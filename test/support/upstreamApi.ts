/** True in the project `native` of vitest.config.ts, which runs tests on Gemini's native API. */
export const isOnNative = process.env.UPSTREAM === 'native'

/** Environment variables of every proxy that a test starts. */
export const UPSTREAM_ENV: Readonly<Record<string, string>> = { GEMINI_UPSTREAM: isOnNative ? 'native' : 'compat' }
