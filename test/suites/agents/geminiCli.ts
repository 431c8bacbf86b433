import { TOKEN } from '../../support/proxy.js'
import type { AgentTools } from './task.js'
import { type AgentRun, type AgentWorkspace, createWorkspace } from './workspace.js'

/** Creates a workspace for gemini-cli. @param origin - address of the proxy */
export function openGemini(origin: string, model: string): AgentWorkspace<unknown> {
  const program = {
    script: 'scripts/test/gemini-cli.sh',
    command: (launcher: string, args: readonly string[]) => [
      process.execPath,
      launcher,
      ...HEADLESS,
      '--model',
      model,
      '--prompt',
      ...args,
    ],
    env: (home: string) => ({
      GEMINI_CLI_HOME: home,
      GEMINI_API_KEY: TOKEN,
      GOOGLE_GEMINI_BASE_URL: origin,
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
      // Otherwise gemini-cli starts itself a second time, only to give Node.js more memory.
      GEMINI_CLI_NO_RELAUNCH: 'true',
    }),
  }
  return createWorkspace(program, Number(new URL(origin).port), { '.gemini/settings.json': JSON.stringify(SETTINGS) })
}

const HEADLESS = ['--approval-mode', 'yolo', '--output-format', 'json']
const SETTINGS = {
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
  privacy: { usageStatisticsEnabled: false },
  security: { auth: { selectedType: 'gemini-api-key' } },
  telemetry: { enabled: false },
}

/** The actions of a task as calls of gemini-cli's tools, with absolute paths. */
export const geminiCliTools = ({ repository }: AgentWorkspace<unknown>): AgentTools => ({
  write: (file, content) => ({ name: 'write_file', arguments: { file_path: `${repository}/${file}`, content } }),
  read: (file) => ({ name: 'read_file', arguments: { file_path: `${repository}/${file}` } }),
  edit: (file, before, after) => ({
    name: 'replace',
    arguments: { file_path: `${repository}/${file}`, instruction: 'Correct it.', old_string: before, new_string: after },
  }),
  run: (command) => ({ name: 'run_shell_command', arguments: { command } }),
})

/** The JSON object that gemini-cli prints at the end of a run. */
export interface GeminiResult {
  readonly response?: string
  readonly error?: { readonly message: string }
  readonly stats?: { readonly tools: { readonly totalCalls: number; readonly totalFail: number } }
}

/** Parses the output of a run, which is one JSON object over many lines. */
export const resultOf = (run: AgentRun<unknown>): GeminiResult => JSON.parse(run.output()) as GeminiResult
