import { TOKEN } from '../../support/proxy.js'
import type { AgentTools } from './task.js'
import { type AgentRun, type AgentWorkspace, createWorkspace } from './workspace.js'

/** One event that Claude Code printed, as a line of JSON. */
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

/** Settings of Claude Code: address of the proxy, model and environment. */
export interface ClaudeSettings {
  readonly origin: string
  readonly model: string
  /** Further environment variables, which override the others. */
  readonly env?: Readonly<Record<string, string>>
}

/** Creates a workspace for Claude Code. */
export function openClaude({ origin, model, env = {} }: ClaudeSettings): AgentWorkspace<ClaudeEvent> {
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
  return createWorkspace(program, Number(new URL(origin).port))
}

const HEADLESS = ['--output-format', 'stream-json', '--verbose', '--permission-mode', 'bypassPermissions']
const QUIET = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_TELEMETRY: '1',
  // Otherwise Claude Code refuses to skip permission prompts when it runs as root.
  IS_SANDBOX: '1',
}

/** Returns the last event of a run, which contains its result; undefined if there is none. */
export const resultOf = (run: ClaudeRun): ClaudeEvent | undefined => run.events().findLast(({ type }) => type === 'result')

/** The actions of a task as calls of Claude Code's tools, which accept absolute paths only. */
export const claudeTools = ({ repository }: AgentWorkspace<unknown>): AgentTools => ({
  write: (file, content) => ({ name: 'Write', arguments: { file_path: `${repository}/${file}`, content } }),
  read: (file) => ({ name: 'Read', arguments: { file_path: `${repository}/${file}` } }),
  edit: (file, before, after) => ({
    name: 'Edit',
    arguments: { file_path: `${repository}/${file}`, old_string: before, new_string: after },
  }),
  run: (command) => ({ name: 'Bash', arguments: { command } }),
})
