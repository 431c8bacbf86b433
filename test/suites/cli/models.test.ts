import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { envFor, PROGRAM, runCli, runOnTerminal } from './cli.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ EXTRA_MODELS: 'my-model', MODEL_ALIASES: 'vectors=gemini-embedding-001,tts-1=gemini-3.8-flash-tts' })
})
afterAll(() => proxy.close())

describe('models', () => {
  test('lists the models of a server, with kind, thinking levels and replacement', async () => {
    const { code, out, err } = await runCli(['models'], { env: envFor(proxy) })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^MODEL +KIND +THINKING +NOTE\n/)
    expect(out).toMatch(/^gemini-3\.8-flash +chat +low medium high$/m)
    expect(out).toMatch(/^gemini-embedding-001 +embedding +-$/m)
    expect(out).toMatch(/^gemini-3\.8-flash-tts +speech +-$/m)
    expect(out).toMatch(/^tts-1 +speech +-$/m)
    expect(out).toMatch(/^gemini-3\.5-transcribe +transcription +-$/m)
    expect(out).toMatch(/^vectors +embedding +-$/m)
    expect(out).toMatch(/^my-model +chat +-$/m)
    expect(out).toMatch(/^gemini-2\.0-flash +chat +- +retired → gemini-3\.8-flash$/m)
  })

  test('--json prints the list of the server', async () => {
    const response = await fetch(`${proxy.baseUrl}/models`, { headers: { authorization: `Bearer ${envFor(proxy).GEMINI_PROXY_TOKEN}` } })
    expect(JSON.parse((await runCli(['models', '--json'], { env: envFor(proxy) })).out)).toEqual(await response.json())
  })

  test('accepts the address with and without /v1', async () => {
    const env = envFor(proxy)
    const outputs = ['', '/', '/v1', '/v1/'].map(async (path) => (await runCli(['models', '--url', proxy.origin + path], { env })).out)
    expect(new Set(await Promise.all(outputs)).size).toBe(1)
  })

  test('--built-in needs no server', async () => {
    const { code, out } = await runCli(['models', '--built-in'], { env: { GEMINI_PROXY_URL: 'http://127.0.0.1:1' } })
    expect(code).toBe(0)
    expect(out).toMatch(/^gemini-3\.8-flash +chat +low medium high$/m)
    expect(out).not.toContain('my-model')
  })

  test('ends without an error if only the first line is read', () => {
    const script = `"${process.execPath}" "${PROGRAM}" models --built-in | head -1`
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8', env: { PATH: process.env.PATH } })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^MODEL .*\n$/)
  })

  test('uses colours only on a terminal without NO_COLOR', async () => {
    const args = ['models', '--built-in']
    expect((await runCli(args)).out).not.toContain('\u001b')
    expect((await runOnTerminal(args, [], {})).output).toContain('\u001b[1m')
    expect((await runOnTerminal(args, [], { NO_COLOR: '1' })).output).not.toContain('\u001b')
    expect((await runOnTerminal(args, [], { TERM: 'dumb' })).output).not.toContain('\u001b')
  })
})
