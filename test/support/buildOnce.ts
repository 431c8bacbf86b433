import { readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildServer } from '../../scripts/bundle/build.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SOURCES = ['src', 'function', 'generated', 'package.json', 'package-lock.json', 'scripts']

/** Builds dist/ before the tests if it is missing or older than its sources. */
export default async function setup(): Promise<void> {
  if (Math.max(...SOURCES.map(newestIn)) > newestIn('dist/server.cjs')) await buildServer()
}

/**
 * Returns the newest modification time in a file or folder, in milliseconds; 0 if it does not
 * exist.
 */
function newestIn(path: string): number {
  const stats = statSync(`${ROOT}/${path}`, { throwIfNoEntry: false })
  if (stats === undefined) return 0
  if (!stats.isDirectory()) return stats.mtimeMs
  return Math.max(stats.mtimeMs, ...readdirSync(`${ROOT}/${path}`).map((name) => newestIn(`${path}/${name}`)))
}
