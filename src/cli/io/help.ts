import { displayWidth } from '../../contract/terminal.js'
import { type CliOption, type CliOptions, COMMON_OPTIONS } from './options.js'
import type { CliTexts, CommandName } from './textsEn.js'

/** Returns the help text of the program: its commands and common options. */
export function programHelp(program: string, texts: CliTexts): string {
  const commands = Object.entries(texts.commands).map(([name, { about }]) => [name, about] as const)
  const options = [...optionRows(COMMON_OPTIONS, texts.options), ['-v, --version', texts.options.version] as const]
  return [
    texts.about,
    '',
    `${texts.titles.usage}: ${program} [${texts.titles.command}] [${texts.titles.options}]`,
    '',
    `${texts.titles.commandList}:`,
    ...toRows(commands),
    '',
    `${texts.titles.optionList}:`,
    ...toRows(options),
    '',
    ...texts.programNotes(program),
    '',
  ].join('\n')
}

/** Returns the help text of one command: its usage, options and notes. */
export function commandHelp(program: string, command: CommandName, options: CliOptions, texts: CliTexts): string {
  const { about, usage, notes, options: own } = texts.commands[command]
  const descriptions: Readonly<Record<string, string>> = { ...texts.options, ...own }
  return [
    about,
    '',
    ...usage.map(
      (line, index) => `${index === 0 ? `${texts.titles.usage}: ` : ' '.repeat(displayWidth(texts.titles.usage) + 2)}${program} ${line}`,
    ),
    '',
    `${texts.titles.optionList}:`,
    ...toRows(optionRows({ ...options, ...COMMON_OPTIONS }, descriptions)),
    ...(notes.length === 0 ? [] : ['', ...notes]),
    '',
  ].join('\n')
}

const optionRows = (options: CliOptions, descriptions: Readonly<Record<string, string>>): (readonly [string, string])[] =>
  Object.entries<CliOption>(options).map(([name, { short, value }]) => {
    const names = `${short === undefined ? '    ' : `-${short}, `}--${name}`
    return [value === undefined ? names : `${names} ${value}`, descriptions[name] ?? ''] as const
  })

function toRows(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => displayWidth(name)))
  return rows.map(([name, text]) => `  ${name}${' '.repeat(width - displayWidth(name))}  ${text}`)
}
