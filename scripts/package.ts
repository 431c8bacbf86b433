// usage: make package
// Writes dist/gemini-proxy.zip, what Function Compute takes: the bootstrap, and whatever dist/ holds for production. The same files make
// the same bytes. Prints size and sha256.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Zippable, zipSync } from 'fflate'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'dist')
/** What lies in dist/ and is not deployed: maps for developers, and what this script writes itself. */
const LEFT_OUT = /\.(map|zip|tmp)$|\.cdx\.json$/
const UNIX = 3
const EXECUTABLE = 0o100755
const PLAIN = 0o100644
// The earliest that a zip can hold, on whatever clock: fflate writes local time.
const MTIME = new Date(1980, 0, 1)

const files = new Map([['bootstrap', { file: join(ROOT, 'function/bootstrap'), mode: EXECUTABLE }]])
for (const entry of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name)
  if (entry.isFile() && !LEFT_OUT.test(entry.name)) files.set(relative(DIST, file), { file, mode: PLAIN })
}
const entries: Zippable = {}
for (const [name, { file, mode }] of [...files].sort(([one], [other]) => (one < other ? -1 : 1)))
  entries[name] = [readFileSync(file), { mtime: MTIME, os: UNIX, attrs: mode << 16, level: 9 }]

const zip = zipSync(entries)
writeFileSync(join(DIST, 'gemini-proxy.zip'), zip)
for (const name of Object.keys(entries)) console.log(`  ${name}`)
console.log(`dist/gemini-proxy.zip  ${(zip.length / 1024).toFixed(0)} KB  sha256 ${createHash('sha256').update(zip).digest('hex')}`)
