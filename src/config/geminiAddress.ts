import type { UpstreamApi } from '../contract/upstreamApi.js'
import type { Config } from './settings.js'

/** Which Gemini API the proxy calls, at which base URL, with which header for the API key. */
export interface GeminiAddress {
  readonly upstream: UpstreamApi
  /** The base URL, without a trailing slash. */
  readonly baseUrl: string
  readonly authHeader: Config['geminiAuthHeader']
}

/** The settings from which a {@link GeminiAddress} is derived. */
export type GeminiAddressSettings = Pick<Config, 'geminiBaseUrl' | 'geminiAuthHeader' | 'geminiUpstream'>

/** The host of Gemini's API. */
export const GOOGLE_HOST = 'generativelanguage.googleapis.com'
const COMPAT_ENDING = /\/openai\/?$/

/** Derives the address of Gemini from settings. @param upstream - overrides GEMINI_UPSTREAM */
export function geminiAddressOf(settings: GeminiAddressSettings, upstream = upstreamOf(settings)): GeminiAddress {
  const { geminiBaseUrl: baseUrl, geminiAuthHeader: authHeader } = settings
  if (upstream === 'compat') return { upstream, baseUrl: baseUrl.replace(/\/$/, ''), authHeader }
  // GEMINI_AUTH_HEADER does not apply: the native API accepts no API key as a bearer token.
  return { upstream, baseUrl: baseUrl.replace(COMPAT_ENDING, '').replace(/\/$/, ''), authHeader: 'x-goog-api-key' }
}

/** True if GEMINI_BASE_URL has Google's host, but not the path of the API that is called. */
export function isWrongGooglePath(settings: GeminiAddressSettings): boolean {
  const { hostname, pathname } = new URL(settings.geminiBaseUrl)
  if (hostname !== GOOGLE_HOST) return false
  return upstreamOf(settings) === 'compat' ? !COMPAT_ENDING.test(pathname) : !/^\/v1beta(?:\/openai)?\/?$/.test(pathname)
}

function upstreamOf({ geminiUpstream, geminiBaseUrl }: GeminiAddressSettings): UpstreamApi {
  if (geminiUpstream !== 'auto') return geminiUpstream
  // A base URL without `/openai`, unlike Google's, is assumed to lead to the compatible API only.
  return COMPAT_ENDING.test(geminiBaseUrl) ? 'native' : 'compat'
}
