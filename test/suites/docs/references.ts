import { readdirSync, statSync } from 'node:fs'
import { SETTINGS } from '../../../src/config/settings.js'
import { proseOf, ROOT, read } from './markdown.js'

const ROOMS = ['src', 'scripts', 'test', 'spec', 'docs', 'generated']
const TOP_FILES = ['Makefile', 'Dockerfile', 's.yaml', 'package.json']

/**
 * Names that belong to other programs and do not occur in our code: settings and files of clients,
 * npm and pip, policies and errors of the platform.
 */
const FOREIGN = new Set([
  ...['OPENAI_PROXY_URL', 'OPENAI_MODEL_LIST', 'OPENAI_API_BASE_URL', 'CUSTOM_MODELS', 'VISION_MODELS'],
  ...['MAX_REQUEST_TIMEOUT', 'AIOHTTP_CLIENT_TIMEOUT', 'cors-proxy', 'opencode.json', 'small_model'],
  ...['ANTHROPIC_BASE_URL', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_MODEL', 'CLAUDE_CODE_MAX_CONTEXT_TOKENS'],
  ...['PIP_INDEX_URL', 'npm_config_registry', 'config.yaml', 'useLegacyCompletionsEndpoint'],
  ...['AliyunFCFullAccess', 'AliyunLogFullAccess', 'ClientClosedRequest', 'content-disposition'],
])

/** Paths of all folders and files that a document may name. */
const paths = [
  ...readdirSync(ROOT),
  ...ROOMS.flatMap((room) => readdirSync(`${ROOT}${room}`, { recursive: true, encoding: 'utf8' }).map((name) => `${room}/${name}`)),
]
const wordsIn = (text: string): string[] => text.match(/[\w$-]*\w/g) ?? []
/**
 * Returns the words in the named files. Skips documents, Chinese texts and this folder, whose lists
 * would make every name count as known.
 */
const wordsOf = (names: readonly string[]): Set<string> =>
  new Set(
    names
      .filter((name) => !/\.md$|suites\/docs\b|docs\/zh\.ts$/.test(name) && statSync(`${ROOT}${name}`).isFile())
      .flatMap((name) => wordsIn(read(name))),
  )

const outside = wordsOf([
  ...paths.filter((path) => /^(?:scripts|test|spec|generated)\/|^docs\/.*\.(?:json|yaml)$/.test(path)),
  ...TOP_FILES,
])
const known = new Set([
  ...[...outside, ...wordsOf(paths.filter((path) => path.startsWith('src/')))].flatMap((word) => [word, word.toLowerCase()]),
  ...paths.flatMap((path) => wordsIn(path)),
])
const settings = new Set<string>(Object.values(SETTINGS).flatMap(({ names }) => names))
const targets = new Set([...read('Makefile').matchAll(/^([a-z][a-z-]*):/gm)].map(([, target]) => target))

/**
 * True if a path exists; a file name without a folder may be anywhere. `*` and `<placeholder>`
 * match any name, `{a,b}` matches either.
 */
function exists(path: string): boolean {
  const folder = path.includes('/') ? '' : '(?:.*/)?'
  const pattern = path
    .replace(/\/$/, '')
    .replaceAll('.', '\\.')
    .replace(/\*|<\w+>/g, '[^/]+')
    .replace(/\{([^}]+)\}/g, (_, names: string) => `(?:${names.replaceAll(',', '|')})`)
  return paths.some((known) => new RegExp(`^${folder}${pattern}$`).test(known))
}

/**
 * Finds names in a document that the project does not have. These are checked:
 * - `make x`, in backticks or in a shell block: x is a target of the Makefile
 * - a variable in capitals with an underscore, anywhere: a setting, or a word of scripts, tests or
 *   configuration
 * - a path in backticks that begins with a folder of the repository, or a file name alone: it
 *   exists
 * - a word in backticks with a capital, an underscore or a hyphen: it occurs in code, contract or
 *   file names
 */
export function unknownNames(markdown: string): string[] {
  const spans = [...proseOf(markdown).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)
  const isPath = (span: string): boolean =>
    /^(?:(?:src|scripts|test|spec|generated)\/[\w./<>{},*-]*|[\w.-]+\.(?:ts|cjs|ya?ml|json))$/.test(span)
  const isVariable = (word: string): boolean => /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(word)
  const names = spans.filter((span) => !isPath(span)).flatMap(wordsIn)
  const variables = wordsIn(markdown).filter(isVariable)
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
  const made = [...spans, ...blocks].flatMap((code) => [...code.matchAll(/\bmake ([a-z][a-z-]+)/g)]).map(([, target = '']) => target)
  return [
    ...made.filter((target) => !targets.has(target)).map((target) => `make ${target}`),
    ...variables.filter((name) => !settings.has(name) && !outside.has(name) && !FOREIGN.has(name)),
    ...spans.filter((span) => isPath(span) && !exists(span) && !FOREIGN.has(span)),
    ...names.filter((name) => /[A-Z]|_|\w-\w/.test(name) && !isVariable(name) && !known.has(name) && !isHeader(name) && !isForeign(name)),
  ]
}

/** True for a word with a hyphen whose lower case is known: header names are case-insensitive. */
const isHeader = (name: string): boolean => name.includes('-') && known.has(name.toLowerCase())

const isForeign = (name: string): boolean => FOREIGN.has(name) || FOREIGN.has(name.toLowerCase())
