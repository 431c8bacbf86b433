import { TOKEN } from '../../support/proxy.js'
import { type AgentRun, type AgentWorkspace, createWorkspace } from './workspace.js'

/** An event that Codex printed. */
export interface CodexEvent {
  readonly type: string
  readonly item?: { readonly type: string; readonly text?: string; readonly message?: string; readonly [key: string]: unknown }
  readonly usage?: { readonly input_tokens: number; readonly output_tokens: number; readonly reasoning_output_tokens: number }
  readonly error?: { readonly message: string }
}

/** A run of `codex exec --json`. */
export type CodexRun = AgentRun<CodexEvent>

const CODEX = {
  script: 'scripts/test/codex.sh',
  command: (launcher: string, args: readonly string[]) => [process.execPath, launcher, 'exec', '--json', ...args],
  env: (home: string) => ({ CODEX_HOME: home, GEMINI_PROXY_TOKEN: TOKEN }),
}

/**
 * Creates a workspace for Codex.
 *
 * @param settings - content of its config.toml
 * @param port - port of the proxy, the only address that Codex can reach
 */
export const openCodex = (settings: string, port: number): AgentWorkspace<CodexEvent> =>
  createWorkspace(CODEX, port, { 'config.toml': settings })
