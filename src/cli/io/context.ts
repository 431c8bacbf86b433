import type { Language } from '../../contract/language.js'
import type { CliTexts } from './textsEn.js'

/** The environment variables of a command. */
export type CliEnv = Readonly<Record<string, string | undefined>>

/** What every command gets: environment variables, texts, and the program's version and name. */
export interface CliContext {
  readonly env: CliEnv
  readonly version: string
  readonly texts: CliTexts
  readonly language: Language
  /** Command that started the program, such as `node dist/server.cjs`, for messages. */
  readonly program: string
  /** Starts the server in this process. @param env - its environment variables */
  serve(env: CliEnv): Promise<void>
}

/** Exit codes of the commands. `refused`: HTTP status 401 or 403. `interrupted`: Ctrl-C. */
export const EXIT = { ok: 0, failed: 1, usage: 2, refused: 3, interrupted: 130 } as const

/** The failure of a command. Its message is for the user and contains no secrets. */
export class CliError extends Error {
  override readonly name = 'CliError'

  /**
   * @param code - `error.code` of the server's error response, if there was one
   * @param status - HTTP status of the server's error response
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
