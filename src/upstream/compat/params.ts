/**
 * Translates the path of a field that Google names. Paths within `messages` are cut: their indexes
 * count the messages sent to Gemini, which may differ from those of the client.
 *
 * @returns null for a field of the request that Google makes of this one for its own API
 */
export function toCompatParam(path: string): string | null {
  if (/^\w+Request\./.test(path)) return null
  return path.startsWith('messages[') ? 'messages' : path
}
