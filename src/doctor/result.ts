import type { Bilingual } from '../contract/language.js'

/** `warning`: works, but not as well as it could. `skipped`: could not be judged. */
export type CheckStatus = 'ok' | 'warning' | 'failed' | 'skipped'

/** Every check, by id. */
export type CheckId =
  | 'settings'
  | 'runtime'
  | 'target'
  | 'proxy'
  | 'connection'
  | 'clock'
  | 'domain'
  | 'token'
  | 'keys'
  | 'region'
  | 'quota'
  | 'model'
  | 'thinking'
  | 'streaming'
  | 'models'
  | 'redis'
  | 'cors'
  | 'body'

/** The name of a check. */
export interface CheckInfo {
  readonly id: CheckId
  readonly title: Bilingual
}

/** What a check found, without its id and duration. */
export interface Finding {
  readonly status: CheckStatus
  /** What is the case; where something is wrong: the cause. */
  readonly message: Bilingual
  /** What the operator can do about it. */
  readonly nextStep?: Bilingual | undefined
}

/** The result of one check. It holds no secret. */
export interface CheckResult extends Finding {
  readonly id: CheckId
  readonly durationMs: number
}

/** Makes the finding of a check that passed. */
export const passed = (en: string, zh: string): Finding => ({ status: 'ok', message: { en, zh } })

/** Makes the finding of something that works, but not as well as it could. */
export const warned = (message: Bilingual, nextStep: Bilingual): Finding => ({ status: 'warning', message, nextStep })
