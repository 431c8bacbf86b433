import type { UpstreamApi } from '../contract/upstreamApi.js'
import type { Config } from './settings.js'

/** Where the proxy calls Gemini, and in which header it sends the API key. */
export interface GeminiAddress {
  readonly upstream: UpstreamApi
  /** The base URL, without a trailing slash. */
  readonly baseUrl: string
  readonly authHeader: Config['geminiAuthHeader']
}

/** The settings that decide how Gemini is called. */
export type GeminiAddressSettings = Pick<Config, 'geminiBaseUrl' | 'geminiAuthHeader' | 'geminiUpstream'>

/** The host of Gemini's API. */
export const GOOGLE_HOST = 'generativelanguage.googleapis.com'
const COMPAT_ENDING = /\/openai\/?$/

/** Returns where Gemini is called, by the settings. @param upstream - overrides GEMINI_UPSTREAM */
export function geminiAddressOf(settings: GeminiAddressSettings, upstream = upstreamOf(settings)): GeminiAddress {
  const { geminiBaseUrl: baseUrl, geminiAuthHeader: authHeader } = settings
  if (upstream === 'compat') return { upstream, baseUrl: baseUrl.replace(/\/$/, ''), authHeader }
  // Google's native API accepts no API key as a bearer token.
  return { upstream, baseUrl: baseUrl.replace(COMPAT_ENDING, '').replace(/\/$/, ''), authHeader: 'x-goog-api-key' }
}

/** True for a base URL at Google's host without the path of the selected API. */
export function isWrongGooglePath(settings: GeminiAddressSettings): boolean {
  const { hostname, pathname } = new URL(settings.geminiBaseUrl)
  if (hostname !== GOOGLE_HOST) return false
  return upstreamOf(settings) === 'compat' ? !COMPAT_ENDING.test(pathname) : !/^\/v1beta(?:\/openai)?\/?$/.test(pathname)
}

function upstreamOf({ geminiUpstream, geminiBaseUrl }: GeminiAddressSettings): UpstreamApi {
  if (geminiUpstream !== 'auto') return geminiUpstream
  // Google's own base URL ends in `/openai`. A relay may have only the compatible API.
  return COMPAT_ENDING.test(geminiBaseUrl) ? 'native' : 'compat'
}
