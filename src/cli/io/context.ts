import type { Language } from '../../contract/language.js'
import type { CliTexts } from './textsEn.js'

/** The environment variables of a command. */
export type CliEnv = Readonly<Record<string, string | undefined>>

/** What every command gets. */
export interface CliContext {
  readonly env: CliEnv
  readonly version: string
  readonly texts: CliTexts
  readonly language: Language
  /** How the program was started, such as `node dist/server.cjs`, for messages. */
  readonly program: string
  /** Starts the server in this process. @param env - its environment variables */
  serve(env: CliEnv): Promise<void>
}

/** Exit codes of all commands. */
export const EXIT = { ok: 0, failed: 1, usage: 2, refused: 3, interrupted: 130 } as const

/** A command that cannot go on. Its message is for the user and holds no secret. */
export class CliError extends Error {
  override readonly name = 'CliError'

  /**
   * @param code - `error.code` of the server's response, if it sent one
   * @param status - status of the response
   */
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
    readonly code?: string,
    readonly status?: number,
  ) {
    super(message)
  }
}
