import type { Bilingual } from '../contract/language.js'
import type { CheckId, CheckInfo, CheckStatus, Finding } from './result.js'

/** One check of the doctor. */
export interface NamedCheck {
  readonly id: CheckId
  /** Runs the check. @throws {Trouble} if it fails, or depends on a check that failed */
  run(): Promise<Finding>
}

/** A fault that one check of the doctor reports; checks that depend on that check are skipped. */
export class Trouble extends Error {
  override readonly name = 'Trouble'

  constructor(
    readonly check: CheckId,
    readonly finding: Finding,
  ) {
    super(finding.message.en)
  }
}

/** Makes a {@link Trouble} that `check` reports. @param nextStep - instruction for the operator */
export const trouble = (check: CheckId, message: Bilingual, nextStep: Bilingual, status: CheckStatus = 'failed'): Trouble =>
  new Trouble(check, { status, message, nextStep })

const TITLES = {
  settings: { en: 'Settings', zh: '设置' },
  runtime: { en: 'Node.js and memory', zh: 'Node.js 与内存' },
  target: { en: 'Deployment', zh: '部署' },
  proxy: { en: 'Forward proxy', zh: '正向代理' },
  connection: { en: 'Connection to Gemini', zh: '到 Gemini 的连接' },
  clock: { en: 'Clock', zh: '时钟' },
  domain: { en: 'Domain', zh: '域名' },
  token: { en: 'Token', zh: '令牌' },
  keys: { en: 'Gemini keys', zh: 'Gemini 密钥' },
  region: { en: 'Region', zh: '地区' },
  quota: { en: 'Quota', zh: '配额' },
  model: { en: 'Model', zh: '模型' },
  thinking: { en: 'Thinking', zh: '思考' },
  streaming: { en: 'Streaming', zh: '流式输出' },
  models: { en: 'Configured models', zh: '已配置的模型' },
  redis: { en: 'Redis', zh: 'Redis' },
  cors: { en: 'CORS', zh: 'CORS' },
  body: { en: 'Request size', zh: '请求大小' },
} as const satisfies Record<CheckId, Bilingual>

// Control characters, which could forge lines of the report or control the terminal.
const UNSAFE = /\p{C}+/gu
const LONGEST_QUOTE = 300

/** Makes text of another server safe to print: no control characters, at most 300 characters. */
export const toPrintableText = (text: unknown): string => String(text).slice(0, LONGEST_QUOTE).replace(UNSAFE, ' ')

/** Returns the id and the title of a check. */
export const toCheckInfo = (id: CheckId): CheckInfo => ({ id, title: TITLES[id] })

/** Returns a function that calls `make` at its first call, and returns that promise every time. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    // Prevents an unhandled rejection if no check awaits the promise; those that do get the error.
    made.catch(() => undefined)
    return made
  }
}
