/**
 * Translates a field path in a message of Google to the client's parameter. Paths within `messages`
 * are cut, as the indexes of the messages sent to Gemini may differ from the client's.
 *
 * @returns null for a field of the native request into which Google converts this one
 */
export function toCompatParam(path: string): string | null {
  if (/^\w+Request\./.test(path)) return null
  return path.startsWith('messages[') ? 'messages' : path
}
