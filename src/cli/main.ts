import { languageOf } from '../contract/language.js'
import { runChat } from './chat/command.js'
import { CHAT_OPTIONS } from './chat/request.js'
import { DOCTOR_OPTIONS, runDoctorCommand } from './doctor.js'
import { type CliContext, type CliEnv, CliError, EXIT } from './io/context.js'
import { commandHelp, programHelp } from './io/help.js'
import { type CliOptions, type ParsedArguments, readArguments } from './io/options.js'
import { PROXY_OPTIONS } from './io/proxyClient.js'
import { toSafeJson } from './io/terminal.js'
import { textsIn } from './io/texts.js'
import type { CommandName } from './io/textsEn.js'
import { MODELS_OPTIONS, runModels } from './models.js'
import { runUsage, USAGE_OPTIONS } from './usage/command.js'

/** Values that src/main.ts passes to {@link runCommand}. */
export interface CliStart extends Pick<CliContext, 'env' | 'version' | 'program' | 'serve'> {
  /** Command line arguments after the path of the script; at least one. */
  readonly args: readonly string[]
}

/** A command of the program, such as `chat`. */
interface Command {
  readonly options: CliOptions
  readonly mostArguments: number
  /** Runs the command. @returns the exit code; undefined if the process keeps running */
  run(given: ParsedArguments, context: CliContext): Promise<number | undefined>
}

const ANY_NUMBER = Number.POSITIVE_INFINITY
const VERSION_OPTIONS = { version: { type: 'boolean', short: 'v' } } as const

const COMMANDS: Readonly<Record<CommandName, Command>> = {
  serve: {
    options: { host: { type: 'string', value: 'ADDRESS' }, port: { type: 'string', value: 'PORT' } },
    mostArguments: 0,
    run: async (given, { env, serve }) => {
      await serve({ ...env, ...toOverride('HOST', given.text('host')), ...toOverride('PORT', given.text('port')) })
      return undefined
    },
  },
  doctor: { options: DOCTOR_OPTIONS, mostArguments: 1, run: runDoctorCommand },
  models: { options: { ...PROXY_OPTIONS, ...MODELS_OPTIONS }, mostArguments: 0, run: runModels },
  chat: { options: { ...PROXY_OPTIONS, ...CHAT_OPTIONS }, mostArguments: ANY_NUMBER, run: runChat },
  usage: { options: USAGE_OPTIONS, mostArguments: ANY_NUMBER, run: runUsage },
}

const toOverride = (name: string, value: string | undefined): CliEnv => (value === undefined ? {} : { [name]: value })

const isCommand = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name)

/** Runs the command that the arguments name and sets the exit code of the process. */
export async function runCommand({ args, ...start }: CliStart): Promise<void> {
  const option = languageOption(args)
  const language = languageOf(option === undefined ? start.env : { LANG: option })
  const context: CliContext = { ...start, texts: textsIn(language), language }
  const [first = '', ...rest] = args
  const isJson = rest.includes('--json')
  if (first !== 'serve') exitOnClosedPipe()
  try {
    const code = isCommand(first) ? await runNamed(first, rest, context) : runUnnamed(args, context)
    if (code !== undefined) process.exitCode = code
  } catch (error) {
    process.exitCode = reportFailure(error, isJson, context)
    const command = isCommand(first) ? `${context.program} ${first}` : context.program
    if (process.exitCode === EXIT.usage) process.stderr.write(`${context.texts.seeHelp(command)}\n`)
  }
}

async function runNamed(name: CommandName, args: readonly string[], context: CliContext): Promise<number | undefined> {
  const { options, mostArguments, run } = COMMANDS[name]
  const given = readArguments(args, options, mostArguments, context.texts)
  if (!given.has('help')) return run(given, context)
  process.stdout.write(commandHelp(context.program, name, options, context.texts))
  return EXIT.ok
}

/** Runs `--help`, `--version` and `help [COMMAND]`. @returns the exit code */
function runUnnamed(args: readonly string[], { texts, program, version }: CliContext): number {
  const given = readArguments(args, VERSION_OPTIONS, ANY_NUMBER, texts)
  const [first, name = ''] = given.positionals
  if (first !== undefined && first !== 'help') throw new CliError(texts.unknownCommand, EXIT.usage)
  if (given.has('version')) process.stdout.write(`gemini-proxy ${version}\n`)
  else if (isCommand(name)) process.stdout.write(commandHelp(program, name, COMMANDS[name].options, texts))
  else process.stdout.write(programHelp(program, texts))
  return EXIT.ok
}

/** Finds the value of `--lang` before arguments are parsed: errors are printed in that language. */
function languageOption(args: readonly string[]): string | undefined {
  const index = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='))
  const arg = args[index]
  return arg?.startsWith('--lang=') ? arg.slice('--lang='.length) : arg && args[index + 1]
}

/** Ends the process when the reader of its output, such as `head`, closes the pipe. */
function exitOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed))
}

/**
 * Prints a command's failure; with `--json` also as JSON, except for usage errors.
 *
 * @returns the exit code
 */
function reportFailure(error: unknown, isJson: boolean, { texts }: CliContext): number {
  if (!(error instanceof CliError)) {
    process.stderr.write(`${texts.unexpected(describeBug(error))}\n`)
    return EXIT.failed
  }
  const { message, exitCode, code, status } = error
  if (isJson && exitCode !== EXIT.usage)
    process.stdout.write(`${toSafeJson({ error: { message, code: code ?? null, status: status ?? null } })}\n`)
  process.stderr.write(`${message}\n`)
  return exitCode
}

/** Describes an unexpected error by name and stack frames, as its message could quote secrets. */
function describeBug(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  return [error.name, ...frames.slice(0, 5).map((line) => line.trim())].join(' ')
}
