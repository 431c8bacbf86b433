import { FOREIGN_KEY_PROBLEM, isForeignKey } from './placeholders.js'
import { type Config, SETTINGS, type Setting } from './settings.js'

/** All mistakes in the environment variables: one sentence for each, without secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(readonly problems: readonly string[]) {
    super(`Invalid configuration:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
  }
}

/** Reads all settings; blank variables count as unset. @throws {ConfigError} with all problems */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [field, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const name = setting.names.find((candidate) => env[candidate]?.trim()) ?? setting.names[0]
    const text = env[name]?.trim() || setting.fallback
    if (text === undefined) {
      if (setting.isRequired) problems.push(`${name} is not set. ${setting.meaning}`)
      continue
    }
    try {
      values[field] = setting.read(text)
    } catch (error) {
      problems.push(`${name} ${error instanceof Error ? error.message : 'is invalid.'}`)
    }
  }
  if (values.functionName !== undefined && !env.AUTH_TOKEN?.trim() && values.isAnonymousAllowed !== true) {
    problems.push('AUTH_TOKEN is not set. On Function Compute the function would be open to everyone. Set it, or set ALLOW_ANONYMOUS=true.')
  }
  problems.push(...conflictsIn(values))
  if (problems.length > 0) throw new ConfigError(problems)
  // The reader of each setting guarantees the type of its field.
  return values as unknown as Config
}

/** Conflicts between settings that are valid by themselves; invalid settings are left out. */
function conflictsIn({ geminiApiKeys = [], geminiBaseUrl, adminToken, authTokens = [] }: Partial<Config>): string[] {
  const problems: string[] = []
  const isGoogle = geminiBaseUrl !== undefined && new URL(geminiBaseUrl).hostname.endsWith('.googleapis.com')
  if (isGoogle && geminiApiKeys.some((key) => isForeignKey(key.reveal()))) problems.push(`GEMINI_API_KEY ${FOREIGN_KEY_PROBLEM}`)
  if (adminToken !== undefined && authTokens.some(({ token }) => token.reveal() === adminToken.reveal()))
    problems.push('ADMIN_TOKEN is also a token of AUTH_TOKEN: clients could read the data of the console. Set another one.')
  return problems
}
