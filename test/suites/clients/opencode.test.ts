import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { scripted } from '../agents/loop.js'
import { runAlone } from '../agents/workspace.js'
import { exampleOf, ROOT, read } from '../docs/markdown.js'
import { PAGES } from './recipes.js'

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
/** Without these settings, opencode looks for new versions and for models of other providers. */
const OFFLINE = ['OPENCODE_DISABLE_AUTOUPDATE=1', 'OPENCODE_DISABLE_MODELS_FETCH=1', 'OPENCODE_DISABLE_LSP_DOWNLOAD=1']
/** The only request to another host: opencode looks up its package for plugins, but needs none. */
const NPM = 'CONNECT registry.npmjs.org:443 HTTP/1.1'
const execute = promisify(execFile)

/** One event that opencode printed, as a line of JSON. */
interface Event {
  readonly type: string
  readonly part?: { readonly text?: string; readonly tool?: string; readonly state?: { readonly status: string; readonly output?: string } }
}

let proxy: ProxyUnderTest
let program: string
let folder: string
beforeAll(async () => {
  proxy = await startProxy()
  program = (await execute('scripts/test/opencode.sh', { cwd: ROOT })).stdout.trim()
})
beforeEach(() => {
  proxy.simulator.reset()
  folder = mkdtempSync(join(ROOT, '.cache', 'home-')) // opencode's project and home directory
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
afterAll(() => proxy.close())

/** Runs `opencode run` with the settings that a page shows. @param args - options and prompt */
async function run(page: string, ...args: readonly string[]): Promise<Event[]> {
  writeFileSync(join(folder, 'opencode.json'), exampleOf(read(page), 'opencode').replace('https://HOST', proxy.origin))
  const command = ['env', `GEMINI_PROXY_TOKEN=${TOKEN}`, ...OFFLINE, program, 'run', '--format', 'json', '--auto', '--pure', ...args]
  const { code, printed, outsideRequests } = await runAlone(folder, Number(new URL(proxy.origin).port), command).ended
  expect([code, outsideRequests.filter((asked) => asked !== NPM)], printed).toEqual([0, []])
  // With `--format json`, opencode prints one event per line.
  return printed.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Event] : []))
}

/** Splits a prompt at spaces: opencode would put an argument that contains spaces in quotes. */
const words = (prompt: string): string[] => prompt.split(' ')
const textOf = (events: readonly Event[]): string => events.flatMap(({ type, part }) => (type === 'text' ? [part?.text] : [])).join('')
const statuses = (): unknown[] => [...new Set(proxy.simulator.requests.map(({ status }) => status))]

describe('opencode', () => {
  test.each(PAGES)('answers with the settings of %s, and gives the session a title', async (page) => {
    expect(textOf(await run(page, ...words('Say hello.')))).toBe('You said: Say hello.')
    expect(proxy.simulator.requests.map(({ status }) => status)).toEqual([200, 200])
  })

  test('runs a command, edits a file and reads it', async () => {
    const file = join(folder, 'hello.txt')
    const steps = [
      [{ name: 'bash', arguments: { command: "printf 'Hello\\nworld\\n' > hello.txt && ls", description: 'Writes a file' } }],
      [{ name: 'read', arguments: { filePath: file } }],
      [{ name: 'edit', arguments: { filePath: file, oldString: 'world', newString: 'Oslo' } }],
      [{ name: 'bash', arguments: { command: 'cat hello.txt', description: 'Reads it' } }],
    ]
    const events = await run(PAGES[0], '--title', 'Files', '--thinking', ...words(scripted(steps)))
    expect(existsSync(file) && readFileSync(file, 'utf8')).toBe('Hello\nOslo\n')
    const tools = events.flatMap(({ type, part }) => (type === 'tool_use' ? [[part?.tool, part?.state?.status]] : []))
    expect(tools).toEqual(['bash', 'read', 'edit', 'bash'].map((name) => [name, 'completed']))
    expect(textOf(events)).toContain('Hello\nOslo')
    expect(events.some(({ type, part }) => type === 'reasoning' && part?.text === 'Let me see.')).toBe(true)
    expect(statuses()).toEqual([200])
  })

  test('reads an image, and sets the reasoning effort', async () => {
    writeFileSync(join(folder, 'pixel.png'), Buffer.from(PIXEL, 'base64'))
    const prompt = words(`What is this? simulate:${JSON.stringify({ text: 'A pixel.' })}`)
    const events = await run(PAGES[0], '--title', 'Image', '--variant', 'high', ...prompt, '--file', 'pixel.png')
    expect(textOf(events)).toBe('A pixel.')
    const body = JSON.stringify(proxy.simulator.requests.at(-1)?.body)
    expect(body).toContain(PIXEL)
    expect(body).toMatch(/"thinking_?level":"high"/i)
  })
})
