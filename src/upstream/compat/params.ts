/**
 * Translates a field path in one of Google's error messages to the client's parameter. For a path
 * within `messages` that is `messages`: indexes of messages may differ between client and Gemini.
 *
 * @returns null for a field of the native request into which Google converts the chat request
 */
export function fromCompatParam(path: string): string | null {
  if (/^\w+Request\./.test(path)) return null
  return path.startsWith('messages[') ? 'messages' : path
}
