// usage: make package
// Writes dist/gemini-proxy.zip, the package for Function Compute, and its SBOM
// dist/gemini-proxy.cdx.json, byte for byte reproducible. Prints size and sha256.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Zippable, zipSync } from 'fflate'
import { METAFILE_PATH } from './build.js'
import { makeSbom } from './sbom.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Matches files of dist/ not to deploy: source maps, temporary files, output of this script. */
const LEFT_OUT = /\.(map|zip|tmp)$|\.cdx\.json$/
const UNIX = 3
const EXECUTABLE = 0o100755
const PLAIN = 0o100644
// Modification time of all files: the earliest that a zip allows. Local time, because fflate writes
// local time: the package is then equal in all time zones.
const MTIME = new Date(1980, 0, 1)

/** Zips the files to deploy, and lists their names. @param dist - folder of the build */
export function makePackage(dist: string): { readonly zip: Uint8Array; readonly names: readonly string[] } {
  const files = new Map([['bootstrap', join(ROOT, 'scripts/bundle/launcher/bootstrap')]])
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    if (entry.isFile() && !LEFT_OUT.test(entry.name)) files.set(relative(dist, file), file)
  }
  const entries: Zippable = {}
  for (const [name, file] of [...files].sort(([one], [other]) => (one < other ? -1 : 1)))
    entries[name] = [readFileSync(file), { mtime: MTIME, os: UNIX, attrs: (name === 'bootstrap' ? EXECUTABLE : PLAIN) << 16, level: 9 }]
  return { zip: zipSync(entries), names: Object.keys(entries) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { zip, names } = makePackage(join(ROOT, 'dist'))
  writeFileSync(join(ROOT, 'dist/gemini-proxy.zip'), zip)
  const sbom = makeSbom(JSON.parse(readFileSync(METAFILE_PATH, 'utf8')))
  writeFileSync(join(ROOT, 'dist/gemini-proxy.cdx.json'), sbom)
  for (const name of names) console.log(`  ${name}`)
  const sha256 = createHash('sha256').update(zip).digest('hex')
  console.log(`dist/gemini-proxy.zip  ${zip.length} bytes (${(zip.length / 1_048_576).toFixed(2)} MB)  sha256 ${sha256}`)
  console.log(`dist/gemini-proxy.cdx.json  ${JSON.parse(sbom).components.length} packages`)
}
