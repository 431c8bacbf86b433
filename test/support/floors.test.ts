import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
mkdirSync(join(ROOT, '.cache'), { recursive: true })
const copies = mkdtempSync(join(ROOT, '.cache/floors-'))
afterAll(() => rmSync(copies, { recursive: true, force: true }))

/** A small source tree that violates no rule. */
const OBEDIENT = {
  'src/main.ts': `import api from '../generated/openapi.json'\nimport { pino } from 'pino'\nimport { service } from './service.js'\nservice(api, pino, process.env)`,
  'src/service.ts': `import { app } from './http/app.js'\nexport const service = app`,
  'src/http/app.ts': `import { fastify } from 'fastify'\nimport type { Logger } from 'pino'\nimport { chat } from '../operations/chat.js'\nexport const app = (...parts: Logger[]) => fastify(parts, chat)`,
  'src/operations/chat.ts': `import { gemini } from '../upstream/gemini.js'\nexport const chat = gemini`,
  'src/upstream/gemini.ts': `import OpenAI from 'openai'\nimport { fail } from '../contract/errors.js'\nimport type { Chat } from '../contract/types.js'\nexport const gemini = (chat: Chat) => new OpenAI(chat, fail)`,
  'src/contract/types.ts': `import type { paths } from '../../generated/openapi.js'\nexport type Chat = paths`,
  'src/contract/errors.ts': `export const fail = 1`,
  'src/consolePage/app.tsx': `import { signal } from '@preact/signals'\nimport { view } from './view.js'\nsignal(view)`,
  'src/consolePage/view.tsx': `import type { Chat } from '../contract/types.js'\nexport const view = (chat: Chat) => chat`,
  'generated/openapi.json': '{}',
  'generated/openapi.d.ts': 'export type paths = string',
  'test/doubles/simulator/index.ts': 'export const simulator = 1',
  'scripts/tool.ts': 'export const tool = 1',
}

const PLANTED: [rule: string, file: string, imports: string][] = [
  ['floor-0-imports-upward', 'src/contract/sideways.ts', `import type { cycle } from '../sse/cycle.js'`],
  ['floor-0-imports-upward', 'src/contract/upward.ts', `import type { gemini } from '../upstream/gemini.js'`],
  ['floor-1-imports-upward', 'src/sse/upward.ts', `import { chat } from '../operations/chat.js'`],
  ['floor-2-imports-upward', 'src/upstream/upward.ts', `import type { chat } from '../operations/chat.js'`],
  ['floor-2-imports-upward', 'src/responses/upward.ts', `import type { upward } from '../resume/upward.js'`],
  ['floor-3-imports-upward', 'src/resume/upward.ts', `import type { chat } from '../operations/chat.js'`],
  ['floor-4-imports-upward', 'src/operations/upward.ts', `import type { app } from '../http/app.js'`],
  ['floor-5-imports-upward', 'src/http/upward.ts', `import type {} from '../main.js'`],
  ['floor-5-imports-upward', 'src/http/composed.ts', `import type { service } from '../service.js'`],
  ['no-cycle', 'src/sse/cycle.ts', `export type { Cycle } from './recycle.js'`],
  ['upstream-and-responses-apart', 'src/upstream/aside.ts', `import { impure } from '../responses/impure.js'`],
  ['upstream-and-images-apart', 'src/images/aside.ts', `import { impure } from '../responses/impure.js'`],
  ['no-orphan', 'src/sse/orphan.ts', 'export const orphan = 1'],
  ['no-dead-file', 'src/sse/dead.ts', `import 'node:fs'`],
  ['every-file-has-a-floor', 'src/http/homeless.ts', `import { x } from '../lib/x.js'`],
  ['fastify-in-http-only', 'src/operations/fastify.ts', `import type { FastifyReply } from 'fastify'`],
  ['fastify-in-http-only', 'src/contract/backend.ts', `import { OpenAPIBackend } from 'openapi-backend'`],
  ['fastify-in-http-only', 'src/upstream/cors.ts', `import cors from '@fastify/cors'`],
  ['fastify-in-http-only', 'src/metrics.ts', `import { Counter } from 'prom-client'`],
  ['openai-in-upstream-only', 'src/contract/sdk.ts', `import type OpenAI from 'openai'`],
  ['openai-in-upstream-only', 'src/http/sdk.ts', `import { Models } from 'openai/resources/models'`],
  ['openai-in-upstream-only', 'src/operations/undici.ts', `import { Pool } from 'undici'`],
  ['pino-in-main-and-http-only', 'src/upstream/log.ts', `import type { Logger } from 'pino'`],
  ['generated-json-in-main-only', 'src/contract/json.ts', `import api from '../../generated/openapi.json'`],
  ['generated-types-in-contract-only', 'src/http/types.ts', `import type { paths } from '../../generated/openapi.js'`],
  ['responses-are-pure', 'src/responses/impure.ts', `import { helper } from '../sse/cycle.js'`],
  ['messages-are-pure', 'src/messages/impure.ts', `import { helper } from '../sse/cycle.js'`],
  ['audio-is-pure', 'src/audio/impure.ts', `import { helper } from '../sse/cycle.js'`],
  ['completions-are-pure', 'src/completions/impure.ts', `import { helper } from '../sse/cycle.js'`],
  ['no-test-or-script-in-src', 'src/http/simulated.ts', `import { simulator } from '../../test/doubles/simulator/index.js'`],
  ['no-test-or-script-in-src', 'src/http/tool.ts', `import { tool } from '../../scripts/tool.js'`],
  ['declared-dependencies-only', 'src/http/development.ts', `import yaml from 'yaml'`],
  ['declared-dependencies-only', 'src/http/transitive.ts', `import Ajv from 'ajv'`],
  ['no-dead-file-of-the-page', 'src/consolePage/unused.ts', `import { view } from './view.js'\nexport const unused = view`],
  ['console-page-apart', 'src/consolePage/apart.ts', `import type { chat } from '../operations/chat.js'`],
  ['console-page-types-only', 'src/consolePage/values.ts', `import { fail } from '../contract/errors.js'`],
  ['no-console-page-in-the-server', 'src/http/page.ts', `import { view } from '../consolePage/view.js'`],
  ['preact-in-console-page-only', 'src/http/preact.ts', `import { signal } from '@preact/signals'`],
  ['everything-resolves', 'src/http/lost.ts', `import { absent } from './absent.js'`],
]

/**
 * Writes the valid source tree with the given files added, and with the real configuration of
 * dependency-cruiser and Biome.
 */
function treeWith(planted: Record<string, string>): string {
  const tree = mkdtempSync(join(copies, 'tree-'))
  for (const name of ['scripts/check/dependency-cruiser.cjs', 'scripts/check/floors.cjs', 'tsconfig.json', 'biome.json', 'package.json'])
    cpSync(join(ROOT, name), join(tree, name))
  for (const [path, content] of Object.entries({ ...OBEDIENT, ...planted })) {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), content)
  }
  return tree
}

/** Returns the rules that dependency-cruiser reports as violated, by file. */
function cruise(tree: string): { status: number | null; broken: Map<string, Set<string>> } {
  const cruiser = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const run = (type: string) =>
    spawnSync(process.execPath, [cruiser, '--config', 'scripts/check/dependency-cruiser.cjs', '--output-type', type, 'src'], {
      cwd: tree,
      encoding: 'utf8',
    })
  const { summary } = JSON.parse(run('json').stdout) as Cruise
  const broken = new Map<string, Set<string>>()
  for (const { rule, from, to } of summary.violations) {
    const culprit = rule.name.startsWith('no-dead-file') ? to : from
    broken.set(culprit, (broken.get(culprit) ?? new Set()).add(rule.name))
  }
  return { status: run('err').status, broken }
}

interface Cruise {
  summary: { violations: { rule: { name: string }; from: string; to: string }[] }
}

/** Runs Biome on the tree. @returns its exit status and output */
function lint(tree: string): { status: number | null; output: string } {
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [biome, 'lint', '--only=style/noProcessEnv', '--diagnostic-level=error', '--colors=off', 'src'],
    {
      cwd: tree,
      encoding: 'utf8',
    },
  )
  return { status, output: stdout + stderr }
}

test('a tree that respects the floors has no violation', () => {
  expect(cruise(treeWith({}))).toEqual({ status: 0, broken: new Map() })
})

describe('a tree with violations', () => {
  const planted = Object.fromEntries(PLANTED.map(([, file, imports]) => [file, `${imports}\n`]))
  const { status, broken } = cruise(
    treeWith({
      ...planted,
      ...Object.fromEntries(['src/lib/x.ts', 'src/config/x.ts', 'src/resume/resume.ts'].map((file) => [file, ''])),
      'src/sse/recycle.ts': `export type { Cycle } from './cycle.js'\n`,
    }),
  )

  test('fails the check', () => {
    expect(status).toBeGreaterThan(0)
  })

  test.each(PLANTED)('%s is reported for %s', (rule, file) => {
    expect([...(broken.get(file) ?? [])]).toContain(rule)
  })

  test('every rule has a planted violation', () => {
    const { forbidden } = createRequire(import.meta.url)('../../scripts/check/dependency-cruiser.cjs') as { forbidden: { name: string }[] }
    expect(new Set(PLANTED.map(([rule]) => rule))).toEqual(new Set(forbidden.map(({ name }) => name)))
  })
})

test('every folder and every file at the top of src/ is on exactly one floor', () => {
  const floors = createRequire(import.meta.url)('../../scripts/check/floors.cjs') as { rooms: string[] }[]
  const rooms = readdirSync(join(ROOT, 'src')).filter((name) => !name.endsWith('.d.ts'))
  expect(floors.flatMap((floor) => floor.rooms).sort()).toEqual(rooms.sort())
})

describe('the environment is read in src/main.ts only', () => {
  test('it is allowed there', () => {
    expect(lint(treeWith({}))).toMatchObject({ status: 0 })
  })

  test.each([
    ['process.env', 'export const port = process.env.PORT\n'],
    ['an import of env', `import { env } from 'node:process'\nexport const port = env.PORT\n`],
  ])('it is refused elsewhere: %s', (_way, source) => {
    const { status, output } = lint(treeWith({ 'src/http/environment.ts': source }))
    expect(output).toContain('src/http/environment.ts')
    expect(status).toBe(1)
  })
})
