import { TOKEN } from '../../support/proxy.js'
import { type AgentRun, type Desk, openDesk } from './desk.js'
import type { AgentTools } from './task.js'

/** A line that Claude Code printed. */
export interface ClaudeEvent {
  readonly type: string
  readonly subtype?: string
  readonly is_error?: boolean
  readonly result?: string
  readonly num_turns?: number
  readonly usage?: { readonly input_tokens: number; readonly output_tokens: number }
  readonly [key: string]: unknown
}

/** A run of `claude -p`. */
export type ClaudeRun = AgentRun<ClaudeEvent>

/** What Claude Code needs to know of the proxy. */
export interface ClaudeSettings {
  readonly origin: string
  readonly model: string
  /** Further environment variables, which take precedence. */
  readonly env?: Readonly<Record<string, string>>
}

/** Creates a workspace for Claude Code. */
export function openClaude({ origin, model, env = {} }: ClaudeSettings): Desk<ClaudeEvent> {
  const program = {
    script: 'scripts/test/claude-code.sh',
    command: (launcher: string, args: readonly string[]) => [launcher, '--print', ...HEADLESS, ...args],
    env: () => ({
      ANTHROPIC_BASE_URL: origin,
      ANTHROPIC_AUTH_TOKEN: TOKEN,
      ANTHROPIC_MODEL: model,
      ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
      ...QUIET,
      ...env,
    }),
  }
  return openDesk(program, Number(new URL(origin).port))
}

const HEADLESS = ['--output-format', 'stream-json', '--verbose', '--permission-mode', 'bypassPermissions']
const QUIET = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_TELEMETRY: '1',
  // Else it refuses to run without permissions as root.
  IS_SANDBOX: '1',
}

/** The last line of a run: what it has come to. */
export const resultOf = (run: ClaudeRun): ClaudeEvent | undefined => run.events().findLast(({ type }) => type === 'result')

/** The tools of Claude Code; it takes absolute paths only. */
export const claudeTools = ({ repository }: Desk<unknown>): AgentTools => ({
  write: (file, content) => ({ name: 'Write', arguments: { file_path: `${repository}/${file}`, content } }),
  read: (file) => ({ name: 'Read', arguments: { file_path: `${repository}/${file}` } }),
  edit: (file, before, after) => ({
    name: 'Edit',
    arguments: { file_path: `${repository}/${file}`, old_string: before, new_string: after },
  }),
  run: (command) => ({ name: 'Bash', arguments: { command } }),
})
