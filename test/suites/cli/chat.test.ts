import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/types.js'
import { PLAIN } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { envFor, printed, runCli, startCli } from './cli.js'

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const folder = mkdtempSync(join(tmpdir(), 'chat-'))

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy(PLAIN)
})
afterEach(() => proxy.simulator.reset())
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await proxy.close()
})

const run = (args: readonly string[], input?: string | Buffer) =>
  runCli(['chat', ...args], { env: envFor(proxy), ...(input !== undefined && { input }) })

/** Returns the body of the last request to Gemini. */
const sent = () => proxy.simulator.requests.at(-1)?.body as Record<string, unknown>

function answerWith(behaviour: Behaviour): void {
  proxy.simulator.next(behaviour)
}

async function startServer(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server has a port
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

describe('a prompt', () => {
  test('is answered on standard output, with no other output', async () => {
    answerWith({ text: 'Hello there.' })
    expect(await run(['Say', 'hello'])).toEqual({ code: 0, out: 'Hello there.\n', err: '' })
    expect(sent()).toMatchObject({ model: 'gemini-3.8-flash', stream: true })
    expect(JSON.stringify(sent())).toContain('Say hello')
  })

  test('may be piped in, and combined with an argument', async () => {
    await run([], 'all of it')
    expect(JSON.stringify(sent())).toContain('"all of it"')
    await run(['Summarise'], 'my notes\n')
    expect(JSON.stringify(sent())).toContain(String.raw`Summarise\n\nmy notes`)
  })

  test('is sent with its model, system prompt and effort', async () => {
    await run(['-m', 'gemini-3.5-flash', '--system', 'Be brief.', '--effort', 'low', '--', '--help me'])
    expect(sent()).toMatchObject({ model: 'gemini-3.5-flash', messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user' }] })
    expect(JSON.stringify(sent())).toContain('--help me')
    expect(JSON.stringify(sent())).toContain('"low"')
  })

  test('is sent with images from files and URLs', async () => {
    const file = join(folder, 'no-extension')
    writeFileSync(file, PNG)
    expect(await run(['What is it?', '--image', file])).toMatchObject({ code: 0, err: '' })
    expect(JSON.stringify(sent())).toContain(`data:image/png;base64,${PNG.toString('base64')}`)
  })

  test.each([
    ['a file that is not an image', 'text.png', 'not an image of a type that Gemini accepts'],
    ['a missing file', 'missing.png', 'cannot be read (ENOENT)'],
  ])('with %s is a usage error', async (_what, name, message) => {
    writeFileSync(join(folder, 'text.png'), 'text')
    const { code, out, err } = await run(['What is it?', '-i', join(folder, name)])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(message)
  })

  test('is answered incrementally', async () => {
    answerWith({ text: 'one two', chunks: 2, hold: { afterChunks: 1 } })
    const child = startCli(['chat', 'Count'], { env: envFor(proxy) })
    child.stdin?.end()
    await printed(child, /one|line/)
    proxy.simulator.release()
    expect(await child.ended).toEqual({ code: 0, out: 'one two\n', err: '' })
  })
})

describe('reasoning', () => {
  const ask = async (...args: string[]) => {
    const thinking = await startProxy()
    thinking.simulator.next({ text: 'Answer.', thoughts: ['Thinking hard.'] })
    const ran = await runCli(['chat', 'Why?', ...args], { env: envFor(thinking) })
    await thinking.close()
    return ran
  }

  test('is hidden if the output is not a terminal', async () => {
    expect(await ask()).toEqual({ code: 0, out: 'Answer.\n', err: '' })
  })

  test('is shown on standard error with --reasoning show', async () => {
    expect(await ask('--reasoning', 'show')).toEqual({
      code: 0,
      out: 'Answer.\n',
      err: expect.stringContaining('Thinking hard.'),
    })
  })
})

describe('--json', () => {
  test('prints the completion', async () => {
    answerWith({ text: 'Hello \u009b1m\u007f.' })
    const { code, out, err } = await run(['--json', 'Hello'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out)).toMatchObject({ object: 'chat.completion', choices: [{ message: { content: 'Hello \u009b1m\u007f.' } }] })
    expect(out).toMatch(/^[^\u007f-\u009f]*$/)
  })

  test('with --stream prints each chunk as one line', async () => {
    answerWith({ text: 'one two', chunks: 2 })
    const { out } = await run(['--json', '--stream', 'Hello'])
    const chunks = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('one two')
    expect(chunks.at(-1)).toMatchObject({ object: 'chat.completion.chunk', usage: { prompt_tokens: expect.any(Number) } })
  })

  test('prints an error as JSON too', async () => {
    answerWith({ error: 'unavailable' })
    const { code, out, err } = await run(['--json', 'Hello'])
    expect(code).toBe(1)
    expect(JSON.parse(out)).toEqual({ error: { message: err.trimEnd(), code: 'upstream_overloaded', status: 503 } })
  })
})

describe('a failure', () => {
  test.each<[string, Behaviour, string]>([
    ['of Gemini', { error: 'region' }, 'not available in this proxy’s region'],
    ['in the middle of an answer', { text: 'one two', chunks: 2, errorMidStream: { name: 'internal', afterChunks: 1 } }, 'Retry'],
    ['because of the token limit', { text: 'one', finish: 'MAX_TOKENS' }, 'it reached the token limit'],
  ])('%s is explained', async (_what, behaviour, message) => {
    answerWith(behaviour)
    const { err } = await run(['Hello'])
    expect(err.replaceAll("'", '’')).toContain(message)
  })

  test('exits with 1, and prints what has arrived', async () => {
    answerWith({ text: 'one two', chunks: 2, errorMidStream: { name: 'internal', afterChunks: 1 } })
    const { code, out } = await run(['Hello'])
    expect(code).toBe(1)
    expect(out).toMatch(/^one.*\n$/)
  })

  test.each([
    ['without a token', { GEMINI_PROXY_TOKEN: '' }, 'requires a token'],
    ['with a wrong token', { GEMINI_PROXY_TOKEN: 'sekret-1' }, 'refuses the token'],
    ['with a wrong token, in Chinese', { GEMINI_PROXY_TOKEN: 'sekret-1', LANG: 'zh_CN.UTF-8' }, '服务拒绝了该令牌'],
  ])('%s exits with 3', async (_what, env, message) => {
    const { code, out, err } = await runCli(['chat', 'Hello'], { env: { ...envFor(proxy), ...env } })
    expect({ code, out }).toEqual({ code: 3, out: '' })
    expect(err).toContain(message)
    expect(err).not.toContain('sekret-1')
  })

  test('without a server prints how to start one', async () => {
    const server = await startServer(() => undefined)
    server.close()
    const { code, out, err } = await runCli(['chat', 'Hello', '--url', server.url])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(`No server responds at ${server.url}/v1`)
    expect(err).toContain('server.cjs`')
  })

  test.each<[string, RequestListener, string]>([
    ['another server', (_request, response) => void response.writeHead(404).end('<h1>Not found</h1>'), 'responded with status 404'],
    [
      'a server that answers every request in the same way',
      (_request, response) => void response.end('<h1>Welcome</h1>'),
      'the response is not from Gemini Proxy',
    ],
    ['a connection that breaks', (request) => void request.socket.destroy(), 'The connection to'],
    [
      'a stream without an end marker',
      (_request, response) => void response.setHeader('content-type', 'text/event-stream').end('data: {"choices":[]}\n\n'),
      'was cut off before its end',
    ],
    [
      'a stream of something else',
      (_request, response) => void response.setHeader('content-type', 'text/event-stream').end('data: null\n\ndata: [DONE]\n\n'),
      'not a chat completion chunk',
    ],
  ])('by %s is explained', async (_what, listener, message) => {
    const server = await startServer(listener)
    const { code, out, err } = await runCli(['chat', 'Hello', '--url', server.url])
    server.close()
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(message)
  })

  test('because of an unknown host, or a host without TLS, is explained', async () => {
    expect((await runCli(['chat', 'Hello', '--url', 'http://no-such-host.invalid'])).err).toContain('cannot be found')
    expect((await runCli(['chat', 'Hello', '--url', proxy.origin.replace('http:', 'https:')])).err).toContain('does not speak TLS')
  })
})

describe('the token of a request', () => {
  const echo: RequestListener = (request, response) => {
    const content = request.headers.authorization ?? 'none'
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ choices: [{ message: { content } }] }))
  }
  const contentOf = (out: string): string => JSON.parse(out).choices[0].message.content

  test('is the first of AUTH_TOKEN if the server is on this machine', async () => {
    const server = await startServer(echo)
    const env = { AUTH_TOKEN: 'web:first-1,second-2', PORT: new URL(server.url).port }
    const { out } = await runCli(['chat', 'Hello', '--json'], { env })
    server.close()
    expect(contentOf(out)).toBe('Bearer first-1')
  })

  test('of AUTH_TOKEN is not sent to another machine', async () => {
    const { err } = await runCli(['chat', 'Hello', '--url', 'http://no-such-host.invalid'], { env: { AUTH_TOKEN: TOKEN } })
    expect(err).not.toContain(TOKEN)
    const server = await startServer(echo)
    // 0.0.0.0 leads to this machine, but the program does not accept it as loopback: no token.
    const { out } = await runCli(['chat', 'Hello', '--json', '--url', server.url.replace('127.0.0.1', '0.0.0.0')], {
      env: { AUTH_TOKEN: TOKEN },
    })
    server.close()
    expect(contentOf(out)).toBe('none')
  })

  test('from the option takes precedence over the environment', async () => {
    const server = await startServer(echo)
    const env = { GEMINI_PROXY_TOKEN: 'from-env', AUTH_TOKEN: 'web:first-1' }
    const asked = async (...args: string[]) =>
      contentOf((await runCli(['chat', 'Hello', '--json', '--url', server.url, ...args], { env })).out)
    expect([await asked('--token', 'from-option'), await asked()]).toEqual(['Bearer from-option', 'Bearer from-env'])
    server.close()
  })
})

describe('an interruption', () => {
  test('by SIGINT cancels the request, prints what has arrived, and exits with 130', async () => {
    answerWith({ text: 'one two', chunks: 2, hold: { afterChunks: 1 } })
    const child = startCli(['chat', 'Count'], { env: envFor(proxy) })
    child.stdin?.end()
    await printed(child, /one|line/)
    child.kill('SIGINT')
    expect(await child.ended).toMatchObject({ code: 130, out: expect.stringMatching(/^one.*\n$/), err: '' })
    await expect.poll(() => proxy.logs.some(({ cancelled }) => cancelled === true)).toBe(true)
  })

  test('by a closed output pipe is not an error', async () => {
    answerWith({ text: 'line\n'.repeat(2_000), chunks: 100, hold: { afterChunks: 1 } })
    const child = startCli(['chat', 'Count'], { env: envFor(proxy) })
    child.stdin?.end()
    await printed(child, /one|line/)
    child.stdout?.destroy()
    proxy.simulator.release()
    expect(await child.ended).toMatchObject({ code: 0, err: '' })
  })
})
