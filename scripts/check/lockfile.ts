// usage: npx tsx scripts/check/lockfile.ts [folder]
// Exit 1 if package-lock.json has an entry without checksum, from another source than the registry,
// or with a version that differs from package.json.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** A package in package-lock.json. */
export interface LockedPackage {
  readonly name?: string
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly license?: string
  readonly link?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** The fields of package-lock.json that are checked. */
export interface Lockfile {
  readonly lockfileVersion?: number
  readonly packages: Readonly<Record<string, LockedPackage>>
}

// The only allowed source of packages. Entries may lack `resolved`, since all must have a checksum.
const REGISTRY = 'https://registry.npmjs.org/'
const EXACT = /^(?:npm:(@?[^@]+)@)?(\d+\.\d+\.\d+(?:-[\w.]+)?)$/

/** Lists the problems of a lock file. @param manifest - the parsed package.json */
export function findLockfileProblems({ lockfileVersion, packages }: Lockfile, manifest: LockedPackage): string[] {
  const entries = Object.entries(packages).filter(([path]) => path !== '')
  const foreign = entries.flatMap(([path, { resolved, integrity, link }]) => [
    ...(link ? [`${path} is a link`] : []),
    ...(resolved !== undefined && !resolved.startsWith(REGISTRY) ? [`${path} comes from ${resolved}`] : []),
    ...(/^sha512-[\w+/]{86}==$/.test(integrity ?? '') ? [] : [`${path} has no SHA-512 integrity`]),
    ...(path.startsWith('node_modules/') ? [] : [`${path} is not a package of the registry`]),
  ])
  const kinds = ['dependencies', 'devDependencies'] as const
  const wanted = kinds.flatMap((kind) => Object.entries(manifest[kind] ?? {}))
  const direct = wanted.flatMap(([name, range]) => {
    const [, alias = name, version] = EXACT.exec(range) ?? []
    const entry = packages[`node_modules/${name}`]
    if (version === undefined) return [`package.json has ${name} ${range}, which is not an exact version from the registry`]
    const isSame = entry?.version === version && (entry.name ?? name) === alias
    return isSame ? [] : [`${name} is locked at ${entry?.version ?? 'nothing'}, package.json requires ${range}`]
  })
  const rootOf = (each: LockedPackage | undefined) => JSON.stringify(kinds.map((kind) => Object.entries(each?.[kind] ?? {}).sort()))
  const stale = rootOf(packages['']) === rootOf(manifest) ? [] : ['package-lock.json belongs to another package.json; run npm install']
  return [...(lockfileVersion === 3 ? [] : ['lockfileVersion is not 3']), ...stale, ...direct, ...foreign]
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const read = (file: string): unknown => JSON.parse(readFileSync(`${process.argv[2] ?? '.'}/${file}`, 'utf8'))
  for (const problem of findLockfileProblems(read('package-lock.json') as Lockfile, read('package.json') as LockedPackage)) {
    console.error(problem)
    process.exitCode = 1
  }
}
