import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../../../src/config/load.js'
import { makeDoctor } from '../../../src/doctor/doctor.js'
import type { ErrorName } from '../../doubles/simulator/errors.js'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { startProxy, TOKEN } from '../../support/proxy.js'
import { examine, HEALTHY, idsWith, KEY, OPERATOR_TOKEN, PATIENT } from './diagnosis.js'
import { startGateway } from './gateway.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ behaviour: { ...HEALTHY, chunkDelayMs: 60 } })
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

const environment = (): Record<string, string> => ({ GEMINI_API_KEY: KEY, AUTH_TOKEN: OPERATOR_TOKEN, GEMINI_BASE_URL: simulator.baseUrl })

/** Runs a command of Node.js. @param env - its whole environment besides PATH */
function run(args: readonly string[], env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { PATH: process.env.PATH, ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })))
}

const COMMANDS: [name: string, args: readonly string[]][] = [
  ['make doctor', ['--import', 'tsx', 'scripts/doctor/doctor.ts']],
  ['node dist/server.cjs doctor', ['dist/server.cjs', 'doctor']],
]

describe.each(COMMANDS)('%s', (_name, args) => {
  test('reports a wrong key, in Chinese for a Chinese locale, and exits with 1', async () => {
    simulator.settings.keys = { [KEY]: 'leaked' }
    const { code, output } = await run(args, { ...environment(), LANG: 'zh_CN.UTF-8' })
    expect(code, output).toBe(1)
    expect(output).toMatch(/✗ Gemini 密钥 +密钥 1（…0001）：该密钥被报告为已泄露[\s\S]*→ 请在 https:\/\/aistudio/)
    expect(output).toMatch(/✗ 14 项检查中有 1 项失败：Gemini 密钥/)
    expect(output).not.toContain(KEY)
  })

  test('exits with 0 if nothing failed', async () => {
    const { code, output } = await run(args, { ...environment(), LANG: 'C.UTF-8' })
    expect(code, output).toBe(0)
    expect(output).toMatch(/✓ Gemini keys +Key 1/)
  })
})

test('the doctor uses no colours on a terminal with NO_COLOR', async () => {
  const report = await examine({ env: { ...environment(), NO_COLOR: '1' }, isJson: false, isTerminal: true, language: 'en' })
  expect(report.output).toContain('✓ Settings')
  expect(report.output.replaceAll('\u001b[K', '')).not.toContain('\u001b')
})

test('make doctor exits with 2 and its usage if TARGET is not a URL', async () => {
  const { code, output } = await run(['--import', 'tsx', 'scripts/doctor/doctor.ts'], { TARGET: 'gemini-proxy', LANG: 'en_US.UTF-8' })
  expect([code, output]).toEqual([2, expect.stringMatching(/^usage: make doctor TARGET=/)])
})

test('node dist/server.cjs doctor checks the deployment in its argument', async () => {
  const proxy = await startProxy({}, { behaviour: { error: 'region' } })
  const { code, output } = await run(['dist/server.cjs', 'doctor', proxy.baseUrl, '--json'], { GEMINI_PROXY_TOKEN: TOKEN })
  await proxy.close()
  expect(code, output).toBe(1)
  const { results } = JSON.parse(output) as { results: { id: string; status: string }[] }
  expect(results.filter(({ status }) => status === 'failed').map(({ id }) => id)).toEqual(['region'])
})

describe('a report on a terminal', () => {
  const show = async (env: Record<string, string>): Promise<string> =>
    (await examine({ env: { ...environment(), ...env }, isTerminal: true, isJson: false })).output

  test('is coloured, and shows the running check', async () => {
    expect(await show({})).toContain(' … Gemini keys\r\u001b[K  \u001b[32m✓\u001b[0m Gemini keys')
  })

  test('has no control sequences with TERM=dumb', async () => {
    const output = await show({ TERM: 'dumb' })
    expect(output).toContain('✓ Gemini keys')
    expect(output).not.toContain('\r')
    expect(output).not.toContain('\u001b')
  })
})

describe('the doctor of a running server', () => {
  test('runs each check by its id, and reuses its calls to Gemini', async () => {
    const proxy = await startProxy({ AUTH_TOKEN: OPERATOR_TOKEN }, { behaviour: HEALTHY })
    const config = loadConfig(environment())
    const doctor = makeDoctor({ config, origin: proxy.origin, limits: { ...PATIENT, totalMs: 1 } })
    const results = []
    for (const { id } of doctor.list()) results.push(await doctor.run(id))
    await proxy.close()
    expect(results.map((result) => [result?.id, result?.status])).toEqual(doctor.list().map(({ id }) => [id, 'ok']))
    expect(doctor.list().map(({ id }) => id)).toEqual(expect.arrayContaining(['keys', 'redis', 'cors', 'body']))
    expect(simulator.requests).toHaveLength(3)
    expect(await doctor.run('no-such-check')).toBeUndefined()
  })

  test('reports which failed check made it skip another one', async () => {
    simulator.settings.keys = { [KEY]: 'expired' }
    const doctor = makeDoctor({ config: loadConfig(environment()), origin: 'http://127.0.0.1:9', limits: PATIENT })
    expect(await doctor.run('thinking')).toMatchObject({ status: 'skipped', message: { en: expect.stringContaining('Gemini keys') } })
    expect(await doctor.run('keys')).toMatchObject({ status: 'failed', nextStep: { zh: expect.stringContaining('aistudio') } })
  })
})

describe('docs/doctor.md shows the output of the doctor for', () => {
  const ENGLISH = readFileSync(`${ROOT}docs/doctor.md`, 'utf8')
  const CHINESE = readFileSync(`${ROOT}docs/doctor.zh-CN.md`, 'utf8')

  /** Extracts the lines of the first failed check from the doctor's output. */
  const failureIn = (output: string): string => /^ {2}✗ .*\n(?: {26}.*\n)*/m.exec(output)?.[0].trimEnd() ?? 'nothing failed'
  const expectShown = async (env: Record<string, string>): Promise<void> => {
    for (const [language, text] of [['en', ENGLISH] as const, ['zh', CHINESE] as const]) {
      const { output } = await examine({ env, language, isJson: false })
      expect(text).toContain(failureIn(output))
    }
  }

  test.each<ErrorName>(['leaked', 'region', 'quota-day'])('%s', async (error) => {
    simulator.next({ error, path: '/chat', repeat: 10 })
    await expectShown(environment())
  })

  test('a relay that buffers', async () => {
    const relay = await startGateway(simulator.origin, { isBuffering: true })
    const report = await examine({ env: { ...environment(), GEMINI_BASE_URL: simulator.baseUrl.replace(simulator.origin, relay.origin) } })
    await relay.close()
    expect(idsWith('failed', report)).toEqual(['streaming'])
    const step = report.results.find(({ id }) => id === 'streaming')?.next_step
    expect([ENGLISH.includes(`→ ${step?.en}`), CHINESE.includes(`→ ${step?.zh}`)]).toEqual([true, true])
  })
})
