import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { isAllowedLicence, findLicenceProblems as licenceProblems, listRuntimePackages } from '../../../scripts/check/licences.js'
import { type LockedPackage, type Lockfile, findLockfileProblems as lockProblems } from '../../../scripts/check/lockfile.js'

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'))
const LOCK = read('package-lock.json') as Lockfile
const MANIFEST = read('package.json') as LockedPackage & { dependencies: Record<string, string>; devDependencies: Record<string, string> }
const INTEGRITY = `sha512-${'A'.repeat(86)}==`

/** The real lock file with one entry changed. */
const withEntry = (path: string, change: object): Lockfile => ({
  ...LOCK,
  packages: { ...LOCK.packages, [path]: { ...LOCK.packages[path], ...change } },
})
const withPin = (name: string, range: string): [Lockfile, LockedPackage] => {
  const dependencies = { ...MANIFEST.dependencies, [name]: range }
  return [withEntry('', { dependencies }), { ...MANIFEST, dependencies }]
}

describe('the lock file', () => {
  test('of this repository is valid', () => {
    expect(lockProblems(LOCK, MANIFEST)).toEqual([])
    expect(Object.keys(LOCK.packages).length).toBeGreaterThan(100)
  })

  test('may use the npm registry', () => {
    expect(
      lockProblems(withEntry('node_modules/pino', { resolved: 'https://registry.npmjs.org/pino/-/pino-10.4.0.tgz' }), MANIFEST),
    ).toEqual([])
  })

  test.each<[what: string, lock: Lockfile, problem: RegExp]>([
    ['an entry without integrity', withEntry('node_modules/pino', { integrity: undefined }), /pino has no SHA-512 integrity/],
    [
      'a weak integrity',
      withEntry('node_modules/pino', { integrity: 'sha1-0000000000000000000000000000' }),
      /pino has no SHA-512 integrity/,
    ],
    [
      'another host',
      withEntry('node_modules/pino', { resolved: 'https://packages.example/pino.tgz' }),
      /pino comes from https:\/\/packages/,
    ],
    ['a host with the same prefix', withEntry('node_modules/pino', { resolved: 'https://registry.npmjs.org.example/p.tgz' }), /comes from/],
    [
      'plain http',
      withEntry('node_modules/pino', { resolved: 'http://registry.npmjs.org/pino/-/pino-10.4.0.tgz' }),
      /pino comes from http:/,
    ],
    ['git', withEntry('node_modules/pino', { resolved: 'git+ssh://git@github.com/pinojs/pino.git#0123456' }), /pino comes from git/],
    ['a file', withEntry('node_modules/pino', { resolved: 'file:../pino' }), /pino comes from file/],
    ['a link', withEntry('node_modules/pino', { link: true }), /pino is a link/],
    [
      'a package in a folder of the repository',
      withEntry('packages/own', { version: '1.0.0', integrity: INTEGRITY }),
      /packages\/own is not a package/,
    ],
    ['another version than package.json has', withEntry('node_modules/pino', { version: '10.3.9' }), /pino is locked at 10\.3\.9/],
    ['another package under the same name', withEntry('node_modules/pino', { name: 'pin0' }), /pino is locked at/],
    ['another package under an alias', withEntry('node_modules/openai4', { name: 'opena1' }), /openai4 is locked at/],
    ['dependencies that differ from package.json', withEntry('', { dependencies: {} }), /another package\.json/],
    ['an old format', { ...LOCK, lockfileVersion: 1 }, /lockfileVersion/],
  ])('is refused with %s', (_what, lock, problem) => {
    expect(lockProblems(lock, MANIFEST)).toEqual(expect.arrayContaining([expect.stringMatching(problem)]))
  })

  test.each(['^10.4.0', '10', 'latest', '*', 'github:pinojs/pino', 'https://packages.example/pino.tgz', 'file:../pino'])(
    'is refused if package.json has the range %s',
    (range) => {
      expect(lockProblems(...withPin('pino', range))).toEqual([expect.stringMatching(/not an exact version from the registry/)])
    },
  )
})

describe('the licences', () => {
  const own = (folder: string): unknown => (read(`${folder}/package.json`) as LockedPackage).license

  test('of all runtime dependencies are known and allowed', () => {
    expect(licenceProblems(LOCK, own)).toEqual([])
    expect(listRuntimePackages(LOCK).length).toBeGreaterThan(Object.keys(MANIFEST.dependencies).length * 3)
  })

  test('are checked for transitive dependencies in their resolved version, but not for dev tools', () => {
    const entry = (rest: LockedPackage = {}): LockedPackage => ({ version: '1.0.0', license: 'MIT', ...rest })
    const lock: Lockfile = {
      packages: {
        '': { dependencies: { a: '1.0.0' }, devDependencies: { tool: '1.0.0' } },
        'node_modules/a': entry({ dependencies: { b: '^1.0.0' }, peerDependencies: { p: '*' }, optionalDependencies: { gone: '*' } }),
        'node_modules/a/node_modules/b': entry({ license: 'GPL-3.0-only', dependencies: { c: '*' } }),
        'node_modules/b': entry({ license: 'SSPL-1.0' }),
        'node_modules/c': entry({ dependencies: { a: '*' } }),
        'node_modules/p': entry({ license: undefined as never }),
        'node_modules/tool': entry({ license: 'GPL-3.0-only' }),
      },
    }
    expect(listRuntimePackages(lock)).toEqual(['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/c', 'node_modules/p'])
    expect(licenceProblems(lock, () => undefined)).toEqual([
      'node_modules/a/node_modules/b has the licence "GPL-3.0-only"',
      'node_modules/p has the licence null',
    ])
  })

  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['MIT AND Apache-2.0', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-3.0-only', false],
    ['SEE LICENSE IN LICENSE.txt', false],
    ['UNLICENSED', false],
    ['MIT WITH something', false],
    ['', false],
  ])('%s is allowed: %s', (expression, allowed) => {
    expect(isAllowedLicence(expression)).toBe(allowed)
  })
})

describe('the steps of make check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'supply-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each([
    ['lockfile', { integrity: undefined }, 'node_modules/pino has no SHA-512 integrity'],
    ['licences', { license: 'GPL-3.0-only' }, 'node_modules/pino has the licence "GPL-3.0-only"'],
  ])('scripts/check/%s.ts exits 1 and prints the reason', (name, change, problem) => {
    const project = join(folder, name)
    mkdirSync(project)
    writeFileSync(join(project, 'package.json'), JSON.stringify(MANIFEST))
    writeFileSync(join(project, 'package-lock.json'), JSON.stringify(withEntry('node_modules/pino', change)))
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', `scripts/check/${name}.ts`, project], { encoding: 'utf8' })
    expect([status, stderr.trim()]).toEqual([1, expect.stringContaining(problem)])
  })

  test('include these three', () => {
    const text = readFileSync(new URL('../../../scripts/check/check.sh', import.meta.url), 'utf8')
    for (const step of ['spec/released.ts --check', 'check/lockfile.ts', 'check/licences.ts'])
      expect(text).toContain(`tsx scripts/${step}\n`)
  })
})
