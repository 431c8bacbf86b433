import { createHash } from 'node:crypto'

/** A tool as the client declared it. */
export interface DeclaredTool {
  readonly kind: 'function' | 'custom' | 'tool_search'
  readonly name: string
  readonly namespace: string | undefined
}

// Function names that the chat API accepts.
const CHAT_NAME = /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/
const READABLE_LENGTH = 100

/** Returns the tool's name in the chat: with its namespace; made valid and unique if necessary. */
export function toChatName(name: string, namespace: string | undefined): string {
  const fullName = namespace === undefined ? name : `${namespace}${namespace.endsWith('__') ? '' : '__'}${name}`
  if (CHAT_NAME.test(fullName)) return fullName
  const readable = fullName.slice(0, READABLE_LENGTH).replace(/[^A-Za-z0-9_.:-]/g, '_')
  return `_${readable}_${createHash('sha256').update(fullName).digest('hex').slice(0, 12)}`
}
