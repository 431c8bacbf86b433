import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { SETTINGS } from '../../../src/config/settings.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Parses a Dockerfile into instructions with their arguments; continued lines are joined. */
const instructions = (text: string): string[][] =>
  text
    .replace(/^#.*$/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([word]) => word !== '')

const file = instructions(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))
const all = (name: string): string[][] => file.filter(([word]) => word === name).map((words) => words.slice(1))
const stages = file.reduce<string[][][]>((sum, words) => {
  if (words[0] === 'FROM') sum.push([])
  sum.at(-1)?.push(words)
  return sum
}, [])
const last = stages.at(-1) ?? []
const ignore = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n')

const fromBuild = all('COPY').filter(([word]) => word?.startsWith('--from='))
const sources = all('COPY').filter(([word]) => !word?.startsWith('--from='))

describe('the Dockerfile', () => {
  test.each(sources.flatMap((words) => words.slice(0, -1)))('copies %s, which exists and is not excluded in .dockerignore', (source) => {
    expect(existsSync(join(ROOT, source)), source).toBe(true)
    expect(ignore).toContain(`!${source.replace('./', '')}`)
  })

  test('excludes everything else in .dockerignore, including files with keys', () => {
    expect(ignore.filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('!'))).toEqual(['*'])
    const copied = new Set(sources.flatMap((words) => words.slice(0, -1)))
    expect(ignore.filter((line) => line.startsWith('!')).filter((line) => !copied.has(line.slice(1)))).toEqual([])
  })

  test('copies all files that the build needs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dockerfile-'))
    try {
      for (const source of sources.flatMap((words) => words.slice(0, -1)))
        cpSync(join(ROOT, source), join(folder, source), { recursive: true })
      symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
      const [, command, ...args] = stages[0]?.findLast(([word]) => word === 'RUN') ?? []
      expect([command, ...args].join(' ')).toBe('node --import tsx scripts/bundle/build.ts')
      execFileSync(process.execPath, args, { cwd: folder, stdio: 'pipe' })
      for (const [, source = ''] of fromBuild) expect(existsSync(join(folder, source.replace('/build/', ''))), source).toBe(true)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('copies the build output, and starts it without a shell', () => {
    expect(fromBuild).toEqual([
      ['--from=build', '/build/dist/server.cjs', './server.cjs'],
      ['--from=build', '/build/dist/cli.cjs', './cli.cjs'],
      ['--from=build', '/build/dist/tracing.cjs', './tracing.cjs'],
      ['--from=build', '/build/dist/docs', './docs'],
      ['--from=build', '/build/dist/console', './console'],
    ])
    expect(JSON.parse((last.find(([word]) => word === 'CMD') ?? []).slice(1).join(' '))).toEqual(['node', 'server.cjs'])
  })

  test('is built in stages with an exact Node.js version, and runs as an unprivileged user', () => {
    expect(stages).toHaveLength(2)
    for (const [image] of all('FROM')) expect(image).toMatch(/^node:22\.\d+\.\d+-bookworm-slim$/)
    expect(last.filter(([word]) => word === 'USER')).toEqual([['USER', 'node']])
    expect(last.some(([word]) => word === 'RUN')).toBe(false)
  })

  test('sets only known settings, and no secret', () => {
    const known = new Set<string>(['NODE_ENV', ...Object.values(SETTINGS).flatMap(({ names }) => names)])
    const names = [...all('ENV'), ...all('ARG')].flat().map((pair) => pair.split('=')[0] ?? '')
    expect(names.filter((name) => !known.has(name))).toEqual([])
    expect(names.filter((name) => /KEY|TOKEN|SECRET/.test(name))).toEqual([])
  })

  test('has a health check for /health/live, and exposes the port in PORT', () => {
    const port = all('ENV')
      .flat()
      .find((pair) => pair.startsWith('PORT='))
      ?.slice(5)
    expect(all('EXPOSE')).toEqual([[port]])
    const check = all('HEALTHCHECK').flat().join(' ')
    expect(check).toContain('/health/live')
    expect(readFileSync(join(ROOT, 'generated/openapi.json'), 'utf8')).toContain('"/health/live"')
  })
})
