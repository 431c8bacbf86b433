import type { UpstreamApi } from '../contract/upstreamApi.js'
import type { Config } from './settings.js'

/** Where Gemini is called, and how the key is sent. */
export interface GeminiAddress {
  readonly upstream: UpstreamApi
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly authHeader: Config['geminiAuthHeader']
}

/** The settings that decide how Gemini is called. */
export type GeminiAddressSettings = Pick<Config, 'geminiBaseUrl' | 'geminiAuthHeader' | 'geminiUpstream'>

/** The host of Gemini's API. */
export const GOOGLE_HOST = 'generativelanguage.googleapis.com'
const COMPAT_ENDING = /\/openai\/?$/

/** Returns how the settings say that Gemini is called. @param upstream - in place of the setting */
export function geminiAddressOf(settings: GeminiAddressSettings, upstream = upstreamOf(settings)): GeminiAddress {
  const { geminiBaseUrl: baseUrl, geminiAuthHeader: authHeader } = settings
  if (upstream === 'compat') return { upstream, baseUrl: baseUrl.replace(/\/$/, ''), authHeader }
  // Google takes an API key in this header only.
  return { upstream, baseUrl: baseUrl.replace(COMPAT_ENDING, '').replace(/\/$/, ''), authHeader: 'x-goog-api-key' }
}

/** True for an address at Google's host that lacks the path of the API that is called there. */
export function isWrongGooglePath(settings: GeminiAddressSettings): boolean {
  const { hostname, pathname } = new URL(settings.geminiBaseUrl)
  if (hostname !== GOOGLE_HOST) return false
  return upstreamOf(settings) === 'compat' ? !COMPAT_ENDING.test(pathname) : !/^\/v1beta(?:\/openai)?\/?$/.test(pathname)
}

function upstreamOf({ geminiUpstream, geminiBaseUrl }: GeminiAddressSettings): UpstreamApi {
  if (geminiUpstream !== 'auto') return geminiUpstream
  // Google's own address. A relay of another operator may have the compatible API only.
  return COMPAT_ENDING.test(geminiBaseUrl) ? 'native' : 'compat'
}
