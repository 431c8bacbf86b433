/** A tool as the client declared it. */
export interface DeclaredTool {
  readonly kind: 'function' | 'custom' | 'tool_search'
  readonly name: string
  readonly namespace: string | undefined
}

/** Returns the tool's function name in the chat, prefixed with its namespace. */
export const toChatName = (name: string, namespace: string | undefined): string =>
  namespace === undefined ? name : `${namespace}${namespace.endsWith('__') ? '' : '__'}${name}`
