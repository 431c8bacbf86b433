import { createHash } from 'node:crypto'

/** A tool as the client has declared it. */
export interface DeclaredTool {
  readonly kind: 'function' | 'custom'
  readonly name: string
  readonly namespace: string | undefined
}

// What the chat API takes as the name of a function.
const CHAT_NAME = /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/
const LONGEST_READABLE = 100

/** The name by which a chat knows a tool: its own, behind that of its namespace; another that tells as much where the chat cannot have it. */
export function toChatName(name: string, namespace: string | undefined): string {
  const whole = namespace === undefined ? name : `${namespace}${namespace.endsWith('__') ? '' : '__'}${name}`
  if (CHAT_NAME.test(whole)) return whole
  const readable = whole.replace(/[^A-Za-z0-9_.:-]/g, '_').slice(0, LONGEST_READABLE)
  return `_${readable}_${createHash('sha256').update(whole).digest('hex').slice(0, 12)}`
}
