/** Removes the prefix `models/`, which ids have in Google's own model list. */
export const withoutModelsPrefix = (id: string): string => (id.startsWith('models/') ? id.slice(7) : id)
