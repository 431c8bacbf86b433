// usage: npx tsx scripts/check/licences.ts [folder]
// Exit 1 if a direct or transitive runtime dependency has a licence that ALLOWED does not list.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { LockedPackage, Lockfile } from './lockfile.js'

/** Licences that allow distributing the bundle under MIT together with their notices. */
const ALLOWED = 'MIT ISC 0BSD BSD-2-Clause BSD-3-Clause Apache-2.0 BlueOak-1.0.0 Python-2.0 PSF-2.0 Unlicense CC0-1.0'.split(' ')

/** True if an SPDX expression can be met with allowed licences: one of `OR`, all of `AND`. */
export function isAllowedLicence(expression: string): boolean {
  const bare = expression.trim()
  if (/[()]/.test(bare)) return /^\([^()]*\)$/.test(bare) && isAllowedLicence(bare.slice(1, -1))
  return bare.split(/ OR /i).some((choice) => choice.split(/ AND /i).every((one) => ALLOWED.includes(one.trim())))
}

/** Finds the path of package `name` for package `from`, in the folders that Node.js searches. */
function findInstalled(lock: Lockfile, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    if (lock.packages[path] !== undefined) return path
    if (folder === '') return undefined // this optional dependency is not installed
  }
}

/** Returns the paths of the direct and transitive runtime dependencies. */
export function listRuntimePackages(lock: Lockfile): string[] {
  const paths = new Set<string>()
  const visit = (from: string): void => {
    const { dependencies, optionalDependencies, peerDependencies } = lock.packages[from] ?? {}
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...(from === '' ? {} : peerDependencies) })) {
      const path = findInstalled(lock, from, name)
      if (path === undefined || paths.has(path)) continue
      paths.add(path)
      visit(path)
    }
  }
  visit('')
  return [...paths].sort()
}

/**
 * Lists the runtime dependencies whose licence is not allowed.
 *
 * @param readLicence - returns the licence of the package at a path; called if `lock` has none
 */
export function findLicenceProblems(lock: Lockfile, readLicence: (path: string) => unknown): string[] {
  return listRuntimePackages(lock).flatMap((path) => {
    const licence: unknown = lock.packages[path]?.license ?? readLicence(path)
    return typeof licence === 'string' && isAllowedLicence(licence) ? [] : [`${path} has the licence ${JSON.stringify(licence ?? null)}`]
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const read = (file: string): unknown => JSON.parse(readFileSync(`${process.argv[2] ?? '.'}/${file}`, 'utf8'))
  for (const problem of findLicenceProblems(
    read('package-lock.json') as Lockfile,
    (path) => (read(`${path}/package.json`) as LockedPackage).license,
  )) {
    console.error(problem)
    process.exitCode = 1
  }
}
