import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { blocksOf, isShell, PAGES } from './blocks.js'
import { exampleOf, READMES, ROOT, read } from './markdown.js'

/** Shell blocks that no test runs: their first lines, each with the reason. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'export GEMINI_API_KEY=AIza… ALIBABA_CLOUD_ACCOUNT_ID=... ALIBABA_CLOUD_ACCESS_KEY_ID=... ALIBABA_CLOUD_ACCESS_KEY_SECRET=...':
    'deploys to the cloud; test/suites/deploy runs make deploy and make smoke',
  'export GEMINI_API_KEY=AIza…': 'deploys to the cloud; test/suites/deploy runs make deploy',
  'make smoke TARGET=https://gemini-proxy-....ap-northeast-1.fcapp.run TOKEN="$AUTH_TOKEN"':
    'checks a deployment; test/suites/deploy/smoke.test.ts runs it',
  'export GEMINI_PROXY_URL=https://proxy.example.com GEMINI_PROXY_TOKEN=my-token':
    'needs a proxy elsewhere; test/suites/cli runs the command',
  'node dist/server.cjs chat "Say hello"': 'needs an image and a Git repository; test/suites/cli runs the command in each of these forms',
  'make usage < server.log': 'needs logs; test/suites/cli/usage.test.ts runs the command in each of these forms',
  'export ADMIN_TOKEN="$(openssl rand -hex 24)"': 'starts a server that does not end; test/suites/console starts it with this setting',
  'export ANTHROPIC_BASE_URL=https://HOST ANTHROPIC_AUTH_TOKEN=my-token':
    'needs a proxy elsewhere; test/suites/agents/claudeCode.test.ts runs Claude Code with these variables',
  'curl -s http://127.0.0.1:9000/console/api/usage -H "Authorization: Bearer $ADMIN_TOKEN"':
    'needs the server of the block before it; test/suites/console requests this path',
}
/**
 * Code blocks that need no example name because no test runs them: the document and the language,
 * with the reason.
 */
const NOT_CODE: Readonly<Record<string, string>> = {
  'README.md mermaid': 'a picture',
  'docs/clients.md toml': 'a file of Tabby; test/suites/completions sends its request',
  'docs/clients.md yaml': 'a file of Continue, which is not installed here',
  'docs/doctor.md text': 'test/suites/doctor compares it with real output',
  'docs/gemini.md json': 'a part of a request; test/suites/native sends such tools',
  'docs/google.md python': 'needs the SDK; test/suites/protocols/google.test.ts calls it',
  'docs/messages.md js': 'needs the SDK; test/suites/protocols/anthropic.test.ts calls it',
  'docs/messages.md python': 'needs the SDK; test/suites/protocols/anthropic.test.ts calls it',
  'docs/google.md js': 'needs the SDK; test/suites/protocols/google.test.ts and test/suites/google/interactions.test.ts call it',
  'docs/operating.md json': 'a response',
  'docs/operating.md text': 'lines of a log',
  'docs/operating.md sql': 'test/suites/operating/operating.test.ts runs each query',
  'docs/operating.md yaml': 'a file of Prometheus; its rules are tested by test/suites/operating/operating.promtool.test.ts',
}

const blocks = PAGES.flatMap((page) => blocksOf(page))
const shell = blocks.filter(isShell)
const firstLine = (code: string): string => code.split('\n', 1)[0] ?? ''
/** The text of all test files: a test that runs an example contains its name. */
const testSources = readdirSync(`${ROOT}test/suites`, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(`${ROOT}test/suites/${name}`, 'utf8'))
  .join('\n')

describe('every shell block', () => {
  test.each(shell.map(({ document, code }) => [`${document}: ${firstLine(code)}`, code]))(
    '%s is valid in bash, without placeholders',
    (_, code) => {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: code, encoding: 'utf8' })
      expect([status, stderr]).toEqual([0, ''])
      expect(code).not.toMatch(/<[^<>\s(]/) // a shell takes `<your key>` for a redirection
      expect(code).not.toMatch(/^\s*[$%] /m) // a pasted prompt such as `$ ` is not a command
    },
  )

  test('is run by a test, or is listed with a reason', () => {
    const left = shell.filter(({ example }) => example === undefined).map(({ code }) => firstLine(code))
    expect([...new Set(left)].sort()).toEqual(Object.keys(NOT_RUN).sort())
  })
})

test('every other block is an example that a test runs, or is listed', () => {
  const others = blocks.filter((block) => !isShell(block) && block.example === undefined)
  const kinds = others.map(({ document, language }) => `${document.replace('.zh-CN', '')} ${language}`)
  expect([...new Set(kinds)].sort()).toEqual(Object.keys(NOT_CODE).sort())
  const names = [...new Set(blocks.flatMap(({ example }) => example ?? []))]
  expect(names.length).toBeGreaterThan(8)
  expect(names.filter((name) => !new RegExp(`['"]${name}['"]`).test(testSources))).toEqual([])
})

test('every example marker is followed by its block', () => {
  for (const page of PAGES) {
    const markers = [...read(page).matchAll(/<!-- example:(\w+) -->/g)].map(([, name]) => name)
    expect(blocksOf(page).flatMap(({ example }) => example ?? [])).toEqual(markers)
  }
})

describe('a document with shell blocks', () => {
  test.each([
    ['```sh\nKEY=<your key> make run\n```', 1],
    ['1. A step\n\n   ```bash\n   echo a\n   ```\n', 1],
    ['```\necho a\n```', 1],
    ['```js\nlet a\n```', 0],
  ])('%j has its shell blocks found', (markdown, count) => {
    const found = blocksOf('page', markdown).filter(isShell)
    expect(found).toHaveLength(count)
    for (const { code } of found) expect(code).not.toMatch(/^\s/)
  })
})

/**
 * Replaces `make` in pasted blocks: `make run` starts the server without installing and building,
 * other targets fail.
 */
const MAKE = `make() { [ "$*" = run ] || return 2; (cd ${ROOT} && exec node --import tsx scripts/run.ts); }\n`

let pasted: ChildProcess | undefined
afterEach(async () => {
  if (pasted?.pid === undefined) return
  process.kill(-pasted.pid, 'SIGTERM')
  if (pasted.stdout?.closed === false) await once(pasted, 'close')
  pasted = undefined
})

/**
 * Runs a block in bash, with a free port in place of 9000.
 *
 * @returns a function that returns the output so far
 */
async function paste(block: string): Promise<() => string> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  expect(block).toMatch(/\bmake run\b/)
  const PATH = `${process.env.PATH}:${ROOT}test/suites/docs/bin`
  const shellOfReader = spawn('bash', ['-c', MAKE + block.replaceAll('127.0.0.1:9000', `127.0.0.1:${port}`)], {
    detached: true, // makes a process group, so that one signal ends all its processes
    env: { PATH, PORT: String(port), GEMINI_API_KEY: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  pasted = shellOfReader
  let output = ''
  for (const stream of [shellOfReader.stdout, shellOfReader.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  return () => output
}

describe.each(READMES)('the first minutes with %s', (readme) => {
  test('the first block can be pasted into bash unchanged, and prints an answer without a key', async () => {
    const first = blocksOf(readme).find(isShell)
    expect(first?.example).toBe('first')
    const read = await paste(first?.code ?? '')
    // The output arrives in pieces, and JSON.parse throws until the last one has arrived.
    const answer = await eventually(() => {
      const found = /^\{"id":"chatcmpl.*\}$/m.exec(read())?.[0] ?? /\{"id":"chatcmpl.*?"usage":\{.*?\}\}\}/.exec(read())?.[0]
      return JSON.parse(found ?? '') as unknown
    }, 60_000)
    expect(answer).toMatchObject({ object: 'chat.completion', model: 'gemini-3.8-flash', choices: [{ finish_reason: 'stop' }] })
  })

  test('the block for a key reports a key that was not replaced', async () => {
    const read = await paste(exampleOf(readFileSync(`${ROOT}${readme}`, 'utf8'), 'key'))
    await eventually(() => expect(read()).toMatch(/GEMINI_API_KEY .*\n/), 60_000)
    expect(read()).toMatch(/Invalid configuration/)
    expect(read()).not.toContain('SIMULATOR')
  })

  test('needs at most ten lines for the first response', () => {
    const lines = blocksOf(readme).find(isShell)?.code.trim().split('\n') ?? []
    expect(lines.length).toBeGreaterThan(1)
    expect(lines.length).toBeLessThanOrEqual(10)
  })
})
