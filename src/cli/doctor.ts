import { runDoctor } from '../doctor/runDoctor.js'
import type { CliContext } from './io/context.js'
import type { ParsedArguments } from './io/options.js'

/** Command line options of `doctor`. */
export const DOCTOR_OPTIONS = {
  token: { type: 'string', value: 'TOKEN' },
  model: { type: 'string', short: 'm', value: 'MODEL' },
  json: { type: 'boolean' },
} as const

/** `doctor`: checks the settings of this environment, or a deployment. @returns the exit code */
export function runDoctorCommand(given: ParsedArguments, { env, language, version }: CliContext): Promise<number> {
  const [target] = given.positionals
  return runDoctor({
    env,
    language,
    version,
    target,
    token: given.text('token') ?? env.GEMINI_PROXY_TOKEN ?? env.TOKEN,
    model: given.text('model') ?? env.MODEL,
    isJson: given.has('json'),
    isTerminal: process.stdout.isTTY === true,
    write: (text) => process.stdout.write(text),
  })
}
