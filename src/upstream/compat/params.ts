/**
 * Translates a field path in one of Google's error messages to the client's parameter. For a path
 * within `messages`, returns only `messages`: its indexes may differ between client and Gemini.
 *
 * @returns null for a field of the native request into which Google converts the chat request
 */
export function fromCompatParam(path: string): string | null {
  if (/^\w+Request\./.test(path)) return null
  return path.startsWith('messages[') ? 'messages' : path
}
