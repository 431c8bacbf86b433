// The message that `make run` prints once the server listens. Part of run.ts.
import { LIST } from '../../src/config/readers.js'
import { DEFAULT_MODEL } from '../../src/upstream/models/catalogue.js'

const LABEL_WIDTH = 10
const SHOWN_CHARACTERS = 4
/** Minimum length of a secret whose last characters are shown. */
const SHORTEST_SHOWN = 16

/** The values that the welcome message shows. */
export interface WelcomeValues {
  /** Origin by which clients on this machine reach the server. */
  readonly origin: string
  /** True if only this machine can connect to the server. */
  readonly isLocal: boolean
  readonly authToken: string | undefined
  readonly geminiKeys: string | undefined
  /** How to open the console; undefined if the server has none. */
  readonly consoleAccess: string | undefined
}

/** Returns the names or last four characters of tokens or keys, in parentheses. */
function labelsOf(entries: readonly string[]): string {
  const labels = entries.flatMap((entry) => {
    const colon = entry.indexOf(':')
    if (colon > 0) return entry.slice(0, colon)
    return entry.length < SHORTEST_SHOWN ? [] : `...${entry.slice(-SHOWN_CHARACTERS)}`
  })
  return labels.length === 0 ? '' : ` (${labels.join(', ')})`
}

function describeTokens({ authToken, isLocal }: WelcomeValues): string {
  if (!authToken?.trim())
    return `not required: AUTH_TOKEN is not set${isLocal ? '' : ', so EVERYONE who can connect can use the Gemini key'}`
  const tokens = LIST(authToken)
  return `${tokens.length === 1 ? 'the AUTH_TOKEN' : `one of the ${tokens.length} in AUTH_TOKEN`}${labelsOf(tokens)}`
}

function describeUpstream(geminiKeys: string | undefined): string {
  if (geminiKeys === undefined) return 'the built-in simulator'
  const keys = LIST(geminiKeys)
  return `Gemini, ${keys.length === 1 ? 'with one key' : `with ${keys.length} keys`}${labelsOf(keys)}`
}

/**
 * Makes a curl command to paste into another terminal. It contains no token, but refers to the
 * variable AUTH_TOKEN, which must be set there.
 */
function makeCurl({ origin, authToken }: WelcomeValues): string[] {
  const first = LIST(authToken ?? '')[0]
  const header = first === undefined ? '' : `-H "Authorization: Bearer $AUTH_TOKEN" `
  return [
    `curl ${origin}/v1/chat/completions \\`,
    `  ${header}-H 'Content-Type: application/json' \\`,
    `  -d '{"model": "${DEFAULT_MODEL}", "messages": [{"role": "user", "content": "Say hello."}]}'`,
  ]
}

/** Makes the message that shows how to use the running server. */
export function makeWelcome(running: WelcomeValues): string {
  const { origin, consoleAccess, authToken, geminiKeys } = running
  const row = (label: string, text: string): string => `  ${label.padEnd(LABEL_WIDTH)}${text}`
  return [
    '',
    row('Base URL', `${origin}/v1`),
    row('', `${origin}   (Claude Code, Anthropic's and Google's clients)`),
    row('API docs', `${origin}/docs`),
    ...(consoleAccess === undefined ? [] : [row('Console', `${origin}/console   (${consoleAccess})`)]),
    row('Token', describeTokens(running)),
    row('Model', `${DEFAULT_MODEL}, or another one of ${origin}/v1/models`),
    row('Upstream', describeUpstream(geminiKeys)),
    '',
    `  Try it in another terminal${authToken?.trim() ? ', in which AUTH_TOKEN is one of your tokens' : ''}:`,
    '',
    ...makeCurl(running),
    '',
    '  Ctrl-C stops the server.',
    '',
  ].join('\n')
}

const NOTICE = [
  'SIMULATOR: GEMINI_API_KEY is not set, so answers do not come from Gemini.',
  'To use Gemini: export GEMINI_API_KEY=AIza…, then make run.',
  '',
  'The simulator calls offered tools. A "simulate" directive in a message',
  'causes failures and delays: see docs/development.md, "On the simulator".',
]

/** Makes a framed notice that answers come from the simulator. */
export function makeSimulatorNotice(): string {
  const width = Math.max(...NOTICE.map(({ length }) => length))
  const edge = `  +${'-'.repeat(width + 4)}+`
  return ['', edge, ...NOTICE.map((line) => `  |  ${line.padEnd(width)}  |`), edge, ''].join('\n')
}
