/**
 * Translates a field path in one of Google's error messages to the client's parameter. Cuts paths
 * within `messages`, as the indexes of the messages sent to Gemini may differ from the client's.
 *
 * @returns null for a field of the native request into which Google converts the chat request
 */
export function toCompatParam(path: string): string | null {
  if (/^\w+Request\./.test(path)) return null
  return path.startsWith('messages[') ? 'messages' : path
}
