import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A changed copy of the built server, which has no other file of the build beside it. */
export interface ServerCopy {
  readonly path: string
  remove(): void
}

/** Copies the built server. @param change - such as a time that has no setting */
export function copyServer(change: (server: string) => string): ServerCopy {
  const folder = mkdtempSync(join(tmpdir(), 'server-'))
  const path = join(folder, 'server.cjs')
  writeFileSync(path, change(readFileSync(new URL('../../dist/server.cjs', import.meta.url), 'utf8')))
  return { path, remove: () => rmSync(folder, { recursive: true }) }
}

/**
 * Replaces the only place of a pattern in a built server. Without its mark the server does not use
 * compiled code.
 */
export function replaceIn(server: string, pattern: RegExp, by: string): string {
  const places = [...server.matchAll(new RegExp(pattern, 'g'))].length
  if (places !== 1) throw new Error(`${pattern} is at ${places} places of the built server`)
  return server.replace(pattern, by).replace('# build=', '# build=0')
}
