/**
 * True in the project `native` of vitest.config.ts, in which the same tests run on Gemini's own API
 * instead of its OpenAI-compatible one.
 */
export const isOnNative = process.env.UPSTREAM === 'native'

/** The environment of every proxy that a test starts. */
export const UPSTREAM_ENV: Readonly<Record<string, string>> = { GEMINI_UPSTREAM: isOnNative ? 'native' : 'compat' }
