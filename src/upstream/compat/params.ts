/**
 * Translates the path of a field that Google names. Paths within `messages` are cut: their indexes
 * count the messages sent to Gemini, which may differ from those of the client.
 */
export const toCompatParam = (path: string): string => (path.startsWith('messages[') ? 'messages' : path)
