import type { Secret } from './secret.js'
import type { Config } from './settings.js'

/** The settings that hold keys and tokens. */
export type SecretSettings = Pick<Config, 'geminiApiKeys' | 'authTokens' | 'metricsToken' | 'adminToken'>

/** All keys and tokens of a process, to be redacted in texts such as Gemini's error messages. */
export const secretsOf = ({ geminiApiKeys, authTokens = [], metricsToken, adminToken }: SecretSettings): Secret[] =>
  [...geminiApiKeys, ...authTokens.map(({ token }) => token), metricsToken, adminToken].filter((secret) => secret !== undefined)
