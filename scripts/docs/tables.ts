import { SETTINGS, type Setting } from '../../src/config/settings.js'
import { ERRORS, type ErrorRow } from '../../src/contract/errors.js'
import { MISSING_ENDPOINTS } from '../../src/http/dispatch/missingEndpoints.js'
import { ANSWER_REPAIRS } from '../../src/upstream/answer/repairs/index.js'
import { CATALOGUE } from '../../src/upstream/models/catalogue.js'
import { REQUEST_REPAIRS } from '../../src/upstream/request/repairs/order.js'
import { JSON_RULES } from '../../src/upstream/request/schema/jsonRules.js'
import { KEYWORD_RULES, PART_RULES, SHAPE_RULES } from '../../src/upstream/request/schema/rules.js'
import type { ZH } from './zh.js'

/** Returns a text in the document's language. `key` identifies it; `english` is the original. */
export type Translate = (kind: keyof typeof ZH, key: string, english: string) => string

/** One floor of scripts/check/floors.cjs. */
export interface Floor {
  readonly rooms: readonly string[]
  readonly about: string
}

/** The parts of generated/openapi.json from which the tables are made. */
export interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly responses: Readonly<Record<string, Failure>> }
}
interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly security: readonly object[]
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>
}
interface Failure {
  readonly headers?: object
  /** Undefined for a response without a body. */
  readonly content?: { 'application/json': { examples: Record<string, { summary: string; value: { error: ErrorFields } }> } }
}
/** The field `error` in OpenAI's format, or in Anthropic's, which has the code in `details`. */
type ErrorFields = { readonly type: string; readonly code?: string | null; readonly details?: { readonly error_code: string } }

const code = (text: string): string => `\`${text}\``
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n')

/** Makes all generated tables in Markdown, by the name in `<!-- generated:name -->`. */
export function makeTables(contract: Contract, floors: readonly Floor[], text: Translate): Readonly<Record<string, string>> {
  const term = (english: string): string => (english.startsWith('`') ? english : text('terms', english, english))
  const head = (...names: string[]): string[] => names.map(term)
  return {
    config: table(head('Variable', 'Unit', 'Default', 'Effect'), configRows(text, term)),
    mainSettings: table(head('Variable', 'Default', 'Effect'), mainRows(text, term)),
    operations: table(head('Request', 'Operation', 'What it does', 'Token'), operationRows(contract, text, term)),
    errors: table(head('Status', '`type`', '`code`', 'When', 'Retry?'), errorRows(contract, text, term)),
    repairs: table(head('Name', 'Stage', 'Why', 'Position'), repairRows(text, term)),
    floors: table(head('Floor', 'Rooms', 'What they hold'), floorRows(floors, text)),
    endpoints: table(head('Whose API', 'Purpose', 'Paths', 'Here?', 'What to use instead'), endpointRows(contract, text, term)),
    models: table(head('Model', 'Thinking levels', 'Retired by Google on', 'Replacement'), MODEL_ROWS),
  }
}

type Term = (english: string) => string

const configRows = (text: Translate, term: Term): string[][] =>
  Object.values<Setting<unknown>>(SETTINGS).map(({ names, unit, defaultText, isRequired, meaning }) => [
    names.map(code).join(', '),
    unit === undefined ? '' : term(unit),
    isRequired ? term('required') : defaultText ? code(defaultText) : term(defaultText === undefined ? 'unset' : 'none'),
    text('settings', names[0], meaning),
  ])

/** The settings that most operators need; docs/settings.md lists all. */
const MAIN_SETTINGS = [
  ...['GEMINI_API_KEY', 'AUTH_TOKEN', 'HTTPS_PROXY', 'PORT'],
  ...['MODEL_ALIASES', 'RATE_LIMIT_RPM', 'REDIS_URL', 'ADMIN_TOKEN'],
]

const mainRows = (text: Translate, term: Term): string[][] =>
  configRows(text, term).flatMap(([names = '', _unit, fallback = '', effect = '']) => {
    const name = names.split(', ')[0] ?? ''
    return MAIN_SETTINGS.includes(name.replaceAll('`', '')) ? [[name, fallback, effect]] : []
  })

const floorRows = (floors: readonly Floor[], text: Translate): string[][] =>
  floors
    .map(({ rooms, about }, height) => [
      String(height),
      rooms.map((room) => `[${code(`src/${room}`)}](../src/${room})`).join(', '),
      text('floors', rooms.join(), about),
    ])
    .reverse()

/** The setting that contains the token, by security scheme of the contract. */
const TOKENS: Readonly<Record<string, string>> = {
  bearerAuth: '`AUTH_TOKEN`',
  metricsToken: '`METRICS_TOKEN`',
  adminToken: '`ADMIN_TOKEN`',
}

const operationRows = ({ paths }: Contract, text: Translate, term: Term): string[][] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId: id, summary, security }]) => [
      code(`${method.toUpperCase()} ${path}`),
      `[${code(id)}](spec/operations/${id}.yaml)`,
      text('operations', id, `${summary}.`),
      term(TOKENS[Object.keys(security[0] ?? {})[0] ?? ''] ?? 'none'),
    ]),
  )

const whoseApi = (path: string): string =>
  path.startsWith('/v1/messages') ? 'Anthropic' : path.startsWith('/v1beta/') ? 'Google' : 'OpenAI'

/** Makes rows for endpoints of OpenAI's, Anthropic's and Google's APIs: the proxy's first. */
const endpointRows = ({ paths }: Contract, text: Translate, term: Term): string[][] => [
  ...Object.entries(paths).flatMap(([path, methods]) =>
    /^\/v1(?:beta)?\//.test(path)
      ? Object.entries(methods).map(([method, { operationId: id, summary }]) => [
          whoseApi(path),
          text('operations', id, summary).replace(/。$/, ''),
          code(`${method.toUpperCase()} ${path}`),
          term('yes'),
          '–',
        ])
      : [],
  ),
  ...MISSING_ENDPOINTS.map(({ api, name, paths: missing, instead }) => [
    api,
    text('endpoints', name, name.charAt(0).toUpperCase() + name.slice(1)),
    missing.map(code).join(', '),
    term('no'),
    instead === undefined ? '–' : text('instead', name, instead),
  ]),
]

function errorRows({ paths, components }: Contract, text: Translate, term: Term): string[][] {
  const rows = new Map<string, string[]>()
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
  const responses = operations.flatMap((operation) => Object.entries(operation.responses))
  // Errors in OpenAI's format, then codes that only Anthropic's format has; Google's adds none.
  const own = responses.filter(([, { $ref: ref = '' }]) => !ref.includes('/Google'))
  const isAnthropic = ({ $ref = '' }: { $ref?: string }): boolean => $ref.includes('/Anthropic')
  const sorted = own.sort(([a, one], [b, other]) => Number(isAnthropic(one)) - Number(isAnthropic(other)) || Number(a) - Number(b))
  for (const [status, { $ref: ref }] of sorted) {
    const { headers = {}, content } = components.responses[ref?.split('/').at(-1) ?? ''] ?? {}
    for (const { summary, value } of Object.values(content?.['application/json'].examples ?? {})) {
      const errorCode = String(value.error.code ?? value.error.details?.error_code ?? null)
      if (rows.has(errorCode)) continue
      const when = text('errors', errorCode, summary)
      const retry = retryOf(Number(status), errorCode, 'Retry-After' in headers)
      rows.set(errorCode, [status, code(rowOf(errorCode)?.type ?? value.error.type), code(errorCode), when, term(retry)])
    }
  }
  return [...rows.values()].sort(([a], [b]) => Number(a) - Number(b))
}

const rowOf = (errorCode: string): ErrorRow | undefined => (ERRORS as Readonly<Record<string, ErrorRow>>)[errorCode]

function retryOf(status: number, errorCode: string, hasRetryAfter: boolean): string {
  if (rowOf(errorCode)?.isRetryable === false) return 'no: `x-should-retry: false`'
  if (status < 429) return 'no'
  return hasRetryAfter ? 'yes, after `Retry-After`' : 'yes'
}

const repairRows = (text: Translate, term: Term): string[][] =>
  Object.entries({
    request: REQUEST_REPAIRS,
    answer: ANSWER_REPAIRS,
    parts: PART_RULES,
    shape: SHAPE_RULES,
    keywords: KEYWORD_RULES,
    'native keywords': JSON_RULES,
  }).flatMap(([stage, repairs]) =>
    repairs.map((repair) => [
      code(repair.name),
      term(stage),
      text('repairs', repair.name, repair.reason),
      'order' in repair ? text('repairOrder', repair.name, repair.order) : '–',
    ]),
  )

const MODEL_ROWS = CATALOGUE.map(({ id, thinkingLevels: levels, defaultThinkingLevel: usual, retiredOn, replacement }) => [
  code(id),
  levels.map((level) => (level === usual ? `**${level}**` : level)).join(', ') || '–',
  retiredOn ?? '–',
  replacement === undefined ? '–' : code(replacement),
])
