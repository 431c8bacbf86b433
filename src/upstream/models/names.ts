/** The id without the `models/` prefix that Google's own listings carry. */
export const withoutPrefix = (id: string): string => (id.startsWith('models/') ? id.slice(7) : id)
