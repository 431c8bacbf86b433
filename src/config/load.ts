import { FOREIGN_KEY_PROBLEM, isForeignKey } from './placeholders.js'
import { type Config, SETTINGS, type Setting } from './settings.js'

/** Thrown for invalid environment variables: lists every problem, without secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(readonly problems: readonly string[]) {
    super(`Invalid configuration:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
  }
}

/** Reads all settings; a blank variable counts as unset. @throws {ConfigError} for any problem */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [field, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const name = setting.names.find((candidate) => env[candidate]?.trim()) ?? setting.names[0]
    const text = env[name]?.trim() || setting.defaultText
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
    problems.push(
      'AUTH_TOKEN is not set. On Function Compute the function would be open to everyone. Set AUTH_TOKEN, or set ALLOW_ANONYMOUS=true.',
    )
  }
  problems.push(...findConflicts(values))
  if (problems.length > 0) throw new ConfigError(problems)
  // The cast is safe: the reader of each setting returns the type of its field.
  return values as unknown as Config
}

/** Returns the problems of settings that are valid by themselves but not in combination. */
function findConflicts({ geminiApiKeys = [], geminiBaseUrl, adminToken, authTokens = [] }: Partial<Config>): string[] {
  const problems: string[] = []
  const isGoogle = geminiBaseUrl !== undefined && new URL(geminiBaseUrl).hostname.endsWith('.googleapis.com')
  if (isGoogle && geminiApiKeys.some((key) => isForeignKey(key.reveal()))) problems.push(`GEMINI_API_KEY ${FOREIGN_KEY_PROBLEM}`)
  if (adminToken !== undefined && authTokens.some(({ token }) => token.reveal() === adminToken.reveal()))
    problems.push('ADMIN_TOKEN is also a token of AUTH_TOKEN: clients could read the data of the console. Set another ADMIN_TOKEN.')
  return problems
}
