import { parseArgs } from 'node:util'
import { CliError, EXIT } from './context.js'
import type { CliTexts } from './textsEn.js'

/** One command line option. */
export interface CliOption {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  readonly multiple?: boolean
  /** Placeholder of the option's value in the help, such as `URL`; undefined for a flag. */
  readonly value?: string
  /** The allowed values of the option; if undefined, any value. */
  readonly choices?: readonly string[]
}

/** The options of one command, by name. */
export type CliOptions = Readonly<Record<string, CliOption>>

/** The parsed command line arguments of a command. */
export interface ParsedArguments {
  /** Returns the value of an option; undefined if the option was not given. */
  text(name: string): string | undefined
  /** Returns all values of an option that may be repeated. */
  list(name: string): readonly string[]
  /** True if the flag was given. */
  has(name: string): boolean
  readonly positionals: readonly string[]
}

/** Command line options that every command has. */
export const COMMON_OPTIONS = {
  lang: { type: 'string', value: 'en|zh', choices: ['en', 'zh'] },
  help: { type: 'boolean', short: 'h' },
} as const satisfies CliOptions

/**
 * Parses the arguments of a command.
 *
 * @param mostPositionals - maximum number of positional arguments
 * @throws {CliError} for an invalid argument; does not quote values, which may be tokens
 */
export function readArguments(args: readonly string[], options: CliOptions, mostPositionals: number, texts: CliTexts): ParsedArguments {
  const known: CliOptions = { ...options, ...COMMON_OPTIONS }
  const config = Object.fromEntries(
    Object.entries(known).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short && { short }), multiple: multiple ?? false },
    ]),
  )
  // Not strict, as errors of parseArgs are English only and quote values; checkOption validates.
  const parsed = parseArgs({ args: [...args], options: config, strict: false, allowPositionals: true, tokens: true })
  for (const token of parsed.tokens) if (token.kind === 'option') checkOption(token, known, texts)
  if (parsed.positionals.length > mostPositionals) throw new CliError(texts.tooManyArguments, EXIT.usage)
  const values = parsed.values as Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
  const listOf = (name: string): string[] => [values[name] ?? []].flat().map(String)
  return {
    text: (name) => listOf(name).at(-1),
    list: listOf,
    has: (name) => values[name] === true,
    positionals: parsed.positionals,
  }
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
  readonly inlineValue: boolean | undefined
}

function checkOption({ name, rawName, value, inlineValue }: OptionToken, known: CliOptions, texts: CliTexts): void {
  const option = Object.hasOwn(known, name) ? known[name] : undefined
  if (option === undefined) throw new CliError(texts.unknownOption(rawName), EXIT.usage)
  if (option.type === 'boolean') {
    if (value !== undefined) throw new CliError(texts.takesNoValue(rawName), EXIT.usage)
    return
  }
  // An option that follows is not a value: `--model --json` is an error, `--model=--json` is not.
  if (!value || (inlineValue !== true && value.length > 1 && value.startsWith('-')))
    throw new CliError(texts.needsValue(rawName), EXIT.usage)
  if (option.choices?.includes(value) === false) throw new CliError(texts.notOneOf(rawName, option.choices.join(', ')), EXIT.usage)
}
