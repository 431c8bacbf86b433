import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A modified copy of the built server, without the other files of the build. */
export interface ServerCopy {
  readonly path: string
  remove(): void
}

/**
 * Copies the built server to a temporary folder.
 *
 * @param change - returns modified code, for example with another value of a fixed timeout
 */
export function copyServer(change: (server: string) => string): ServerCopy {
  const folder = mkdtempSync(join(tmpdir(), 'server-'))
  const path = join(folder, 'server.cjs')
  writeFileSync(path, change(readFileSync(new URL('../../dist/server.cjs', import.meta.url), 'utf8')))
  return { path, remove: () => rmSync(folder, { recursive: true }) }
}

/**
 * Replaces the only match of a pattern in a built server, and changes the hash at its end, so that
 * the server does not use the code cache of the unmodified server.
 *
 * @throws if the pattern does not match exactly once
 */
export function replaceInServer(server: string, pattern: RegExp, by: string): string {
  const places = [...server.matchAll(new RegExp(pattern, 'g'))].length
  if (places !== 1) throw new Error(`${pattern} matches ${places} times in the built server, instead of once`)
  return server.replace(pattern, by).replace('# build=', '# build=0')
}
