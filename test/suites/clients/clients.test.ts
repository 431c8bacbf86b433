import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { exampleOf, read } from '../docs/markdown.js'
import { CLIENTS, type Client } from './clients.js'
import { PROTOCOLS } from './protocols.js'
import { addressesIn, addressesOf, PAGES, recipesOf } from './recipes.js'

const MODEL = 'gemini-3.8-flash'
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
/** Recipes not tested here: they follow the program's docs, or other suites run the program. */
const NOT_SENT = ['Continue', 'Cursor', 'FastGPT', 'LangChain', 'llm.nvim', 'One API', 'Tabby']

const versionIn = (file: string): string => {
  const { version, dependencies = {} } = JSON.parse(read(file)) as { version?: string; dependencies?: Record<string, string> }
  return version ?? Object.values(dependencies)[0] ?? 'none' // each folder installs one program
}
/** Versions of the programs that tests run, by their names in the table of docs/clients.md. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'Claude Code': versionIn('test/suites/agents/claudeCode/package.json'),
  Codex: versionIn('test/suites/agents/codex/package.json'),
  'gemini-cli': versionIn('test/suites/agents/geminiCli/package.json'),
  LangChain: versionIn('node_modules/@langchain/openai/package.json'),
  opencode: versionIn('test/suites/clients/opencode/package.json'),
}

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' }) // as by default with Google's address
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

/** Returns the base URL that a client derives from the address in its recipe. */
const baseOf = ({ recipe, address = 0, base }: Client): string =>
  base((addressesOf(recipe)[address] ?? '').replace('https://HOST', proxy.origin))
const isSimple = (name: string): boolean => ['accept', 'user-agent'].includes(name)

/** Sends a request as the client does. If it runs in a browser, a preflight request comes first. */
async function send(client: Client, url: string, body?: object): Promise<Answer> {
  const { origin, headers } = client
  const path = url.slice(proxy.origin.length)
  if (origin !== undefined) {
    const asked = Object.keys(headers).filter((name) => !isSimple(name))
    const preflight = {
      origin,
      'access-control-request-method': body === undefined ? 'GET' : 'POST',
      'access-control-request-headers': asked.sort().join(),
    }
    const allowed = await call(proxy.origin, { method: 'OPTIONS', path, token: null, headers: preflight })
    expect(allowed).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': asked.join() },
    })
  }
  const sent = { ...headers, ...(origin === undefined ? {} : { origin }) }
  const answer = await call(proxy.origin, { path, token: null, headers: sent, body })
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, ''])
  if (origin !== undefined) expect(answer.headers['access-control-allow-origin']).toBe('*')
  return answer
}

/**
 * Sends a question, and expects that the proxy ignores only the known ignored fields of the client.
 */
async function ask(client: Client, body: object): Promise<Answer> {
  const { protocol, model = MODEL, ignored = [] } = client
  const answer = await send(client, `${baseOf(client)}${PROTOCOLS[protocol].path(model)}`, { ...client.body, ...body })
  const listed = String(answer.headers['x-gemini-proxy-ignored-params'] ?? '').split(', ')
  expect(listed.filter((name) => name !== '').sort()).toEqual([...ignored].sort())
  return answer
}

const titleOf = ({ recipe, kind }: Client): string => (kind === undefined ? recipe : `${recipe} (${kind})`)
const titled = (clients: readonly Client[]) => clients.map((client) => [titleOf(client), client] as const)
const having = (what: Client['has'][number]) => titled(CLIENTS.filter(({ has }) => has.includes(what)))

describe('with the address and requests of its recipe', () => {
  test.each(titled(CLIENTS))('%s gets a complete stream', async (_, client) => {
    const { first, textOf, hasEnded } = PROTOCOLS[client.protocol]
    const answer = await ask(client, first({ model: client.model ?? MODEL, text: 'Hello there, 世界!' }))
    expect(textOf(answer)).toContain('Hello there, 世界!')
    expect(hasEnded(answer)).toBe(true)
  })

  test.each(having('image'))('%s can send an image to Gemini', async (_, client) => {
    const { first, hasEnded } = PROTOCOLS[client.protocol]
    expect(hasEnded(await ask(client, first({ model: client.model ?? MODEL, text: 'What is this?', image: PIXEL })))).toBe(true)
    expect(JSON.stringify(proxy.simulator.requests.at(-1)?.body)).toContain(PIXEL)
  })

  test.each(having('tools'))('%s gets a tool call, and an answer with its result', async (_, client) => {
    const { first, next, callsOf, textOf, hasEnded } = PROTOCOLS[client.protocol]
    const question = first({ model: client.model ?? MODEL, text: 'What is the weather in Oslo?', hasTool: true })
    const calls = callsOf(await ask(client, question))
    expect(JSON.stringify(calls)).toContain('get_weather')
    const answer = await ask(client, next(question, calls, 'Oslo: sunny'))
    expect(textOf(answer)).toContain('Oslo: sunny')
    expect(hasEnded(answer)).toBe(true)
  })

  test.each(titled(CLIENTS.filter(({ models }) => models !== undefined)))('%s lists the models', async (_, client) => {
    const { models, headers, ...rest } = client
    const { 'content-type': _type, ...ofGet } = headers
    const list = await send({ ...rest, headers: ofGet }, models?.(baseOf(client)) ?? '')
    expect(PROTOCOLS[client.protocol].modelsOf(list.json)).toContain(client.model ?? MODEL)
  })

  test.each(titled(CLIENTS.filter(({ check }) => check !== undefined)))('%s passes its check', async (_, client) => {
    const { model = MODEL, protocol, check } = client
    const { events, json } = await send(client, `${baseOf(client)}${PROTOCOLS[protocol].path(model)}`, { model, ...check })
    if (check?.stream === true) expect(events.length).toBeGreaterThan(2)
    else expect(json).toMatchObject({ object: 'chat.completion', choices: [{ message: { role: 'assistant' } }] })
  })
})

test('Dify gets an answer, not only thoughts, with the five tokens of its check and the 512 of its parameter', async () => {
  // The cast is safe: CLIENTS contains Dify.
  const dify = CLIENTS.find(({ recipe }) => recipe === 'Dify') as Client
  const { json } = await send(dify, `${baseOf(dify)}/chat/completions`, { model: MODEL, ...dify.check })
  expect((json as { choices: { message: { content: string } }[] }).choices[0]?.message.content).not.toBe('')
})

test('Dify gets embeddings', async () => {
  // The cast is safe: CLIENTS contains Dify.
  const { headers } = CLIENTS.find(({ recipe }) => recipe === 'Dify') as Client
  const body = { input: ['ping', 'pong'], model: 'gemini-embedding-001', encoding_format: 'float' }
  const path = `${addressesOf('Dify')[0]?.replace('https://HOST', '')}/embeddings`
  const { status, json } = await call(proxy.origin, { path, token: null, headers, body })
  expect([status, json]).toMatchObject([200, { data: [{ index: 0, embedding: expect.any(Array) }, { index: 1 }] }])
})

describe.each(PAGES)('%s', (page) => {
  test.each([
    ['claudeCode', 'ANTHROPIC_BASE_URL', 'ANTHROPIC_AUTH_TOKEN', 'Claude Code'],
    ['geminiCli', 'GOOGLE_GEMINI_BASE_URL', 'GEMINI_API_KEY', 'gemini-cli'],
  ])('%s pasted into bash sets the variables of the program', (example, address, token, recipe) => {
    const block = exampleOf(read(page), example).replace('https://HOST', proxy.origin)
    // The last line of the block starts the program.
    const program = block.split('\n').at(-1)?.split(' ')[0]
    const { stdout } = spawnSync('bash', ['-c', `${program}() { env; echo "$@"; }\n${block}`], { encoding: 'utf8' })
    expect(stdout.split('\n')).toEqual(expect.arrayContaining([`${address}=${proxy.origin}`, `${token}=my-token`]))
    const { model = MODEL } = CLIENTS.find((client) => client.recipe === recipe) ?? {}
    expect(stdout).toMatch(new RegExp(`^(?:ANTHROPIC_MODEL=|--model )${model}$`, 'm'))
  })

  const recipes = recipesOf(read(page))
  const clients = [...recipes].filter(([, text]) => addressesIn(text).length > 0).map(([title]) => title)

  test('has each recipe in its table, and each recipe is tested here or listed as untested', () => {
    const sent = CLIENTS.map(({ recipe }) => recipe)
    expect(clients.filter((title) => ![...sent, ...NOT_SENT].some((name) => title.includes(name)))).toEqual([])
    const table = [...read(page).matchAll(/^\| \[(.+?)\]\(#/gm)].map(([, name = '']) => name)
    expect(table).toHaveLength(clients.length)
    expect(new Set([...read(page).matchAll(/^\| \[.+?\]\((#[^)]+)\)/gm)].map(([, target]) => target))).toHaveProperty(
      'size',
      clients.length,
    )
  })

  test('lists the versions of the programs that the tests run', () => {
    const rows = [...read(page).matchAll(/^\| \[(.+?)\]\(#.*/gm)]
    const versions = Object.entries(PROGRAMS).map(([name, version]) => [
      name,
      rows.find(([, title]) => title === name)?.[0].includes(version),
    ])
    expect(versions).toEqual(Object.keys(PROGRAMS).map((name) => [name, true]))
  })

  test('has its clients in alphabetical order', () => {
    const table = [...read(page).matchAll(/^\| \[.+?\]\(#(.+?)\)/gm)].map(([, anchor = '']) => decodeURIComponent(anchor))
    const latin = table.filter((anchor) => /^[a-z]/.test(anchor))
    expect(latin).toEqual([...latin].sort((a, b) => a.localeCompare(b, 'en')))
    expect(latin.length).toBeGreaterThan(15)
  })
})

test.each(CLIENTS.map(({ recipe }) => recipe))('%s has no untested base URL', (recipe) => {
  const used = CLIENTS.filter((client) => client.recipe === recipe).map(({ address = 0 }) => address)
  expect(addressesOf(recipe).map((_, index) => index)).toEqual([...new Set(used)].sort())
})
