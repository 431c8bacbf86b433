// usage: npx tsx scripts/check/licences.ts [folder]
// Exit 1 where a package that runs in production, by whatever way it comes in, has a licence that nobody has looked at.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Entry, Lock } from './lockfile.js'

/** Licences that let us give the bundle to others under MIT, with their notices. */
const ALLOWED = 'MIT ISC 0BSD BSD-2-Clause BSD-3-Clause Apache-2.0 BlueOak-1.0.0 Python-2.0 PSF-2.0 Unlicense CC0-1.0'.split(' ')

/** True where an SPDX expression can be met with licences that are allowed: one of `OR`, all of `AND`. */
export function isAllowed(expression: string): boolean {
  const bare = expression.trim()
  if (/[()]/.test(bare)) return /^\([^()]*\)$/.test(bare) && isAllowed(bare.slice(1, -1)) // nested ones are looked at by people
  return bare.split(/ OR /i).some((choice) => choice.split(/ AND /i).every((one) => ALLOWED.includes(one.trim())))
}

/** Where a package that `from` requires is installed: as near as can be, as Node.js looks for it. */
function placeOf(lock: Lock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    if (lock.packages[place] !== undefined) return place
    if (folder === '') return undefined // optional, and not installed
  }
}

/** Every package that runs in production. @returns their places in node_modules */
export function runtimeOf(lock: Lock): string[] {
  const found = new Set<string>()
  const visit = (from: string): void => {
    const { dependencies, optionalDependencies, peerDependencies } = lock.packages[from] ?? {}
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...(from === '' ? {} : peerDependencies) })) {
      const place = placeOf(lock, from, name)
      if (place === undefined || found.has(place)) continue
      found.add(place)
      visit(place)
    }
  }
  visit('')
  return [...found].sort()
}

/** What is wrong with the licences. @param licenceOf - what package.json of an installed package says, for what the lock file does not tell */
export function problemsOf(lock: Lock, licenceOf: (place: string) => unknown): string[] {
  return runtimeOf(lock).flatMap((place) => {
    const licence: unknown = lock.packages[place]?.license ?? licenceOf(place)
    return typeof licence === 'string' && isAllowed(licence) ? [] : [`${place} has the licence ${JSON.stringify(licence ?? null)}`]
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const read = (file: string): unknown => JSON.parse(readFileSync(`${process.argv[2] ?? '.'}/${file}`, 'utf8'))
  for (const problem of problemsOf(read('package-lock.json') as Lock, (place) => (read(`${place}/package.json`) as Entry).license)) {
    console.error(problem)
    process.exitCode = 1
  }
}
