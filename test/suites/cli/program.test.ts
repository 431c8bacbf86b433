import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { startSimulator } from '../../doubles/simulator/index.js'
import { startBundle } from '../../support/bundle.js'
import { PROGRAM, printed, runCli, startCli } from './cli.js'

const { version } = (await import('../../../package.json', { with: { type: 'json' } })).default
const COMMANDS = ['serve', 'doctor', 'models', 'chat', 'usage']
const folder = mkdtempSync(join(tmpdir(), 'cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('help', () => {
  test.each([[['--help']], [['-h']], [['help']]])('of the program lists every command: %j', async (args) => {
    const { code, out, err } = await runCli(args)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command} +\\S`, 'm'))
    expect(out).toContain('Exit codes: 0 ')
  })

  test.each(COMMANDS)('of %s describes each option, in English and Chinese', async (command) => {
    const english = await runCli([command, '--help'])
    const chinese = await runCli([command, '--help'], { env: { LANG: 'zh_CN.UTF-8' } })
    for (const { code, out, err } of [english, chinese]) {
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).not.toContain('undefined')
      for (const line of out.split('\n').filter((each) => /^ {2}(-\w, | {4})--/.test(each))) expect(line).toMatch(/\S {2,}\S/)
    }
    expect(english.out).not.toMatch(/\p{Script=Han}/u)
    expect(chinese.out).toMatch(/\p{Script=Han}/u)
    expect((await runCli(['help', command])).out).toBe(english.out)
  })

  test('is in the language of the locale or of --lang', async () => {
    const env = { LANG: 'zh_CN.UTF-8', LC_ALL: 'en_US.UTF-8' }
    expect((await runCli(['--help'], { env })).out).toContain('Commands')
    expect((await runCli(['models', '--help', '--lang', 'zh'], { env })).out).toContain('选项')
    expect((await runCli(['models', '--lang=en', '--help'], { env: { LANG: 'zh_CN' } })).out).toContain('Options')
  })
})

test.each(['--version', '-v'])('%s prints the version', async (option) => {
  expect(await runCli([option])).toEqual({ code: 0, out: `gemini-proxy ${version}\n`, err: '' })
})

describe('an invalid command line exits with 2, explains the reason, and does not quote the value', () => {
  test.each([
    ['an unknown command', ['sekret-1'], 'Unknown command'],
    ['an unknown option', ['chat', '--modell', 'sekret-1'], 'Unknown option --modell'],
    ['an unknown option with a value', ['--foo=sekret-1'], 'Unknown option --foo'],
    ['an option of another command', ['models', '--csv'], 'Unknown option --csv'],
    ['a flag with a value', ['models', '--json=sekret-1'], '--json takes no value'],
    ['an option without its value', ['chat', 'hello', '--model'], '--model needs a value'],
    ['an option with an empty value', ['chat', 'hello', '--token='], '--token needs a value'],
    ['an option before another one', ['chat', '--token', '--json', 'hello'], '--token needs a value'],
    ['a value that is not allowed', ['chat', '--reasoning', 'sekret-1', 'hello'], '--reasoning must be one of: show, hide'],
    ['an unknown language', ['models', '--lang', 'fr'], '--lang must be one of: en, zh'],
    ['too many arguments', ['models', 'sekret-1'], 'Too many arguments'],
    ['an address with a password', ['models', '--url', 'http://user:sekret-1@127.0.0.1/v1'], 'without user name, password'],
    ['no address', ['models', '--url', 'sekret-1'], 'The base URL must look like'],
    ['a token that cannot be sent in a header', ['models', '--token', 'sekret-1 ü'], 'The token contains'],
    ['no prompt', ['chat'], 'The prompt is missing'],
    ['two formats', ['usage', '--json', '--csv'], 'not both'],
    ['an unknown column', ['usage', '--by', 'caller,sekret-1'], '--by must be one of'],
    ['a day that does not exist', ['usage', '--since', '2026-02-30'], '--since must be a day'],
    ['a time on a day that does not exist', ['usage', '--since', '2026-02-30T10:00Z'], '--since must be a day'],
  ])('%s', async (_what, args, message) => {
    const { code, out, err } = await runCli(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(message)
    expect(err).toContain('--help')
    expect(err).not.toContain('sekret-1')
  })
})

describe('serve', () => {
  const env = { GEMINI_API_KEY: 'unused', HOST: '127.0.0.1', PORT: '1' }

  test.each([[['serve', '--port', '0']], [['serve', '--port=0', '--host', '127.0.0.1']]])(
    'listens on the address in its options: %j',
    async (args) => {
      const child = startCli(args, { env })
      const address = await printed(child, /"address":"([^"]+)"/)
      expect((await fetch(`${address}/health/live`)).status).toBe(200)
      child.kill('SIGTERM')
      expect(await child.ended).toMatchObject({ code: 0, err: '' })
    },
  )

  test('without options is the same as no command, and neither loads the other commands', async () => {
    const server = join(folder, 'server.cjs')
    copyFileSync(PROGRAM, server)
    const simulator = await startSimulator()
    const bundle = await startBundle({ GEMINI_API_KEY: 'unused', GEMINI_BASE_URL: simulator.baseUrl }, server)
    expect((await fetch(`${bundle.address}/health`)).status).toBe(200)
    expect(await bundle.stop()).toEqual({ code: 0, signal: null })
    await simulator.close()
  })

  test.each([
    [['serve'], 'GEMINI_API_KEY is not set'],
    [['serve', '--port', '0'], 'GEMINI_API_KEY is not set'],
    [['serve', '--port', '99999'], 'PORT must be a port number'],
  ])('reports configuration errors: %j', async (args, message) => {
    const { code, out, err } = await runCli(args, { env: { HOST: '127.0.0.1', PORT: '0' } })
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(message)
  })
})
