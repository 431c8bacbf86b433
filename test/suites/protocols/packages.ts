import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

let home: string | undefined

/** The folder of the packages, which scripts/test/sdks.sh installs if they are missing. */
function folderOf(name: string): string {
  home ??= execFileSync('scripts/test/sdks.sh', { cwd: ROOT, encoding: 'utf8' }).trim()
  return `${home}/node_modules/${name}`
}

/**
 * Imports a file of an installed package by its URL, because the repository does not depend on it.
 *
 * @param T - the members that the tests use: the package's own types may not be installed
 */
export const load = async <T>(name: string, file: string): Promise<T> =>
  (await import(/* @vite-ignore */ pathToFileURL(`${folderOf(name)}/${file}`).href)) as T

/** Returns the version of an installed package. */
export const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(`${folderOf(name)}/package.json`, 'utf8')) as { version: string }).version
