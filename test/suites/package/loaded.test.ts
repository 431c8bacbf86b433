import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startSimulator } from '../../doubles/simulator/index.js'
import { startBundle } from '../../support/bundle.js'
import { makeSdkRequest, openai, PLAIN } from '../../support/calls.js'
import { TOKEN } from '../../support/proxy.js'

const START = fileURLToPath(new URL('../../../dist/start.cjs', import.meta.url))
// Modules whose loading scripts/bundle/trims.ts prevents: the fetch of Node.js, and HTTP/2.
const IDLE = ['internal/deps/undici/undici', 'http2']

test('a first chat over HTTP loads no Node.js module that it does not use', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loaded-'))
  const probe = join(folder, 'probe.cjs')
  writeFileSync(probe, `process.on('exit', () => console.log(JSON.stringify({ msg: 'loaded', modules: process.moduleLoadList })))`)
  const simulator = await startSimulator()
  const env = { GEMINI_API_KEY: 'simulated', GEMINI_BASE_URL: simulator.baseUrl, AUTH_TOKEN: TOKEN, ...PLAIN }
  const bundle = await startBundle({ ...env, NODE_OPTIONS: `--require ${probe}` }, START)
  try {
    const { choices } = await openai({ baseUrl: `${bundle.address}/v1` }).chat.completions.create(makeSdkRequest({ text: 'Hello.' }))
    expect(choices[0]?.message.content).toBe('Hello.')
    await bundle.stop()
    const modules = bundle.log().find(({ msg }) => msg === 'loaded')?.modules as string[]
    expect(modules).toContain('NativeModule http')
    expect(IDLE.filter((name) => modules.includes(`NativeModule ${name}`))).toEqual([])
  } finally {
    bundle.process.kill('SIGKILL')
    await simulator.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
