import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, describe, expect, test } from 'vitest'
import { METAFILE_PATH } from '../../../scripts/bundle/build.js'
import { makePackage } from '../../../scripts/bundle/package.js'
import { bundledPackages, makeSbom } from '../../../scripts/bundle/sbom.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'package-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// A copy of the build output, with additional files: some must be in the archive, others must not.
const dist = join(folder, 'dist')
cpSync(join(ROOT, 'dist'), dist, { recursive: true, filter: (file) => !file.endsWith('.zip') })
for (const [name, text] of Object.entries({
  'docs/ui/index.html': '<p>docs</p>',
  'docs/ui/app.js.map': '{}',
  'gemini-proxy.zip': 'an older one',
  'gemini-proxy.cdx.json': '{}',
  'server.cjs.tmp': 'unfinished',
})) {
  mkdirSync(dirname(join(dist, name)), { recursive: true })
  writeFileSync(join(dist, name), text)
}
const { zip } = makePackage(dist)
const files = unzipSync(zip)

describe('the zip', () => {
  test('contains bootstrap, server, commands, traces, launcher, compile cache, console and documents, and nothing else', () => {
    const names = Object.keys(files).filter((name) => !/^(console|docs)\//.test(name) || name.startsWith('docs/ui/'))
    expect(names.filter((name) => !/^cache\/v(22\.23\.2|20\.10\.0)-x64-\w{16}\.bin$/.test(name))).toEqual([
      'bootstrap',
      'cli.cjs',
      'docs/ui/index.html',
      'server.cjs',
      'start.cjs',
      'tracing.cjs',
    ])
    expect(names.filter((name) => name.startsWith('cache/'))).toHaveLength(2)
  })

  test('contains no simulator, no tests and nothing of this machine', () => {
    for (const name of ['bootstrap', 'cli.cjs', 'server.cjs', 'start.cjs']) {
      const text = strFromU8(files[name] ?? new Uint8Array(), true)
      expect(text.length, name).toBeGreaterThan(100)
      for (const foreign of ['simulate:', '__simulator', 'vitest', ROOT]) expect(text, name).not.toContain(foreign)
      if (name.endsWith('.cjs')) expect(text).toMatch(/^\p{ASCII}*$/u)
    }
  })

  test('gives all files the modes that Linux needs', () => {
    writeFileSync(join(folder, 'own.zip'), zip)
    const list = `import json, sys, zipfile
print(json.dumps({i.filename: [oct(i.external_attr >> 16), i.create_system, i.date_time[0]] for i in zipfile.ZipFile(sys.argv[1]).infolist()}))`
    const modes = JSON.parse(spawnSync('python3', ['-c', list, join(folder, 'own.zip')], { encoding: 'utf8' }).stdout) as Record<
      string,
      unknown
    >
    expect(modes).toMatchObject({ bootstrap: ['0o100755', 3, 1980], 'server.cjs': ['0o100644', 3, 1980] })
    expect(Object.keys(modes)).toEqual([...Object.keys(modes)].sort())
  })

  test('is byte-for-byte the same in another time zone and from another folder', () => {
    const again = `import { makePackage } from './scripts/bundle/package.ts'
import { createHash } from 'node:crypto'
console.log(createHash('sha256').update(makePackage(process.argv[1]).zip).digest('hex'))`
    const moved = join(folder, 'moved')
    cpSync(dist, moved, { recursive: true })
    const digests = [dist, moved].map((from, nth) => {
      const env = { PATH: process.env.PATH, TZ: nth === 0 ? 'America/Los_Angeles' : 'Asia/Tokyo' }
      const args = ['--import', 'tsx', '--input-type=module', '-e', again, from]
      return spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' }).stdout.trim()
    })
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(digests[1]).toBe(digests[0])
  })
})

describe('bootstrap', () => {
  const code = join(folder, 'code')
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(code, name)), { recursive: true })
    writeFileSync(join(code, name), bytes, { mode: name === 'bootstrap' ? 0o755 : 0o644 })
  }
  const env = { HOST: '127.0.0.1', PORT: '0', GEMINI_API_KEY: 'x', AUTH_TOKEN: 'x', PATH: `${dirname(process.execPath)}:/usr/bin:/bin` }

  test.each([
    ['by its path', join(code, 'bootstrap'), '/'],
    ['from its own folder', './bootstrap', code],
  ])('starts the server %s in the same process, so that signals reach it', async (_way, command, cwd) => {
    const child = spawn(command, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stderr.pipe(process.stderr)
    try {
      let address = ''
      for await (const line of createInterface(child.stdout)) {
        if (!line.includes('"listening"')) continue
        address = (JSON.parse(line) as { address: string }).address
        break
      }
      expect((await fetch(`${address}/health/live`)).status).toBe(200)
      child.kill('SIGTERM')
      expect(await once(child, 'exit')).toEqual([0, null])
    } finally {
      child.kill('SIGKILL')
    }
  })

  test('finds Node.js in the paths of layers and runtimes of Function Compute', () => {
    const path = /^export PATH=(\S+)$/m.exec(readFileSync(join(code, 'bootstrap'), 'utf8'))?.[1]?.split(':')
    expect(path).toEqual(['/opt/nodejs22/bin', '/opt/nodejs24/bin', '/var/fc/lang/nodejs20/bin', '/opt/nodejs20/bin', '$PATH'])
  })
})

describe('the bill of materials', () => {
  const metafiles = JSON.parse(readFileSync(METAFILE_PATH, 'utf8'))
  const text = makeSbom(metafiles)
  const bom = JSON.parse(text)
  const refs = bom.components.map((component: Record<string, unknown>) => component['bom-ref'])

  test('lists exactly the packages in the bundle, with licences and hashes', () => {
    expect(new Set(refs)).toEqual(bundledPackages(metafiles))
    const names = bom.components.map(({ name }: { name: string }) => name)
    expect(names).toEqual(expect.arrayContaining(['fastify', 'openai', 'openapi-backend', 'undici', 'ioredis', 'pino']))
    for (const name of ['vitest', 'esbuild', 'tsx', 'light-my-request', 'js-yaml']) expect(names).not.toContain(name)
    for (const component of bom.components) expect(component).toMatchObject({ licenses: [expect.anything()], hashes: [{ alg: 'SHA-512' }] })
  })

  test('is valid CycloneDX and reproducible', () => {
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'gemini-proxy', type: 'application' } } })
    expect(text).toBe(makeSbom(metafiles))
    expect(text).not.toMatch(/timestamp|serialNumber/)
  })
})
