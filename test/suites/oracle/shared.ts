/** Returns the folder in SHARED. @param content - what it holds. @throws if SHARED is not set */
export function requireShared(content: string): string {
  const folder = process.env.SHARED
  if (!folder) throw new Error(`Set SHARED to the folder that holds ${content}.`)
  return folder
}
