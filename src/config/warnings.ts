import { type GeminiAddressSettings, geminiAddressOf, isWrongGooglePath } from './geminiAddress.js'
import type { Config } from './settings.js'

/** The settings for which {@link warningsOf} may return warnings. */
export type SettingsToCheck = GeminiAddressSettings & Pick<Config, 'authTokens' | 'safetySettings'>

/** Warnings about valid settings that probably have an unexpected effect, each with its remedy. */
export function warningsOf(settings: SettingsToCheck): readonly string[] {
  const isCompat = geminiAddressOf(settings).upstream === 'compat'
  const warnings = {
    'AUTH_TOKEN is not set: anyone who can reach this address can use the Gemini quota': settings.authTokens === undefined,
    "GEMINI_BASE_URL lacks the path of Google's API: unset GEMINI_BASE_URL, or append /v1beta/openai": isWrongGooglePath(settings),
    'SAFETY_SETTINGS has no effect on the compat API: set GEMINI_UPSTREAM=native, or unset SAFETY_SETTINGS':
      isCompat && settings.safetySettings.length > 0,
  }
  return Object.entries(warnings).flatMap(([warning, applies]) => (applies ? warning : []))
}
