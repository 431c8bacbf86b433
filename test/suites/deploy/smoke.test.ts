import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { makeCertificate } from '../../support/certificate.js'
import { type ProxyUnderTest as Running, startProxy, TOKEN } from '../../support/proxy.js'
import { listenOnFreePort } from '../../support/relay.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SCRIPT = fileURLToPath(new URL('../../../scripts/smoke/smoke.ts', import.meta.url))

interface Smoke {
  readonly code: number | null
  readonly output: string
  /** The outcome of each check of the smoke test, by the name of the check. */
  readonly checks: Readonly<Record<string, string>>
}

/** Runs scripts/smoke/smoke.ts. @param env - its whole environment except PATH */
function smoke(env: Readonly<Record<string, string>>): Promise<Smoke> {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT], { env: { PATH: process.env.PATH, ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  return new Promise((resolve) => {
    child.once('close', (code) => {
      const found = [...output.matchAll(/^(ok|FAILED) +([^:]+): /gm)].map(([, outcome = '', name = '']) => [name, outcome])
      resolve({ code, output, checks: Object.fromEntries(found) })
    })
  })
}

const failed = ({ checks }: Smoke): string[] => Object.keys(checks).filter((name) => checks[name] === 'FAILED')

/**
 * Starts an HTTP relay to `target`, whose responses `change` may alter and then sends to the
 * client.
 */
async function startChanging(target: string, change: (answer: Response, response: ServerResponse) => Promise<void>) {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const work = async (): Promise<void> => {
      const chunks: Buffer[] = []
      // The cast is safe: without an encoding, a request yields buffers.
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const { host: _, connection: _1, 'content-length': _2, ...headers } = request.headers
      const body = chunks.length === 0 ? null : Buffer.concat(chunks)
      const sent = { method: request.method ?? 'GET', headers: headers as Record<string, string>, body }
      await change(await fetch(`${target}${request.url}`, sent), response)
    }
    work().catch((error: Error) => response.destroy(error))
  })
  const { port, close } = await listenOnFreePort(server)
  return { origin: `http://127.0.0.1:${port}`, close }
}

const answerWhole = async (answer: Response, response: ServerResponse, more: readonly [string, string][] = []): Promise<void> => {
  const { 'content-length': _, ...headers } = Object.fromEntries(answer.headers)
  const pairs = [...Object.entries(headers).filter(([name]) => !/transfer-encoding|connection|keep-alive/.test(name)), ...more]
  response.writeHead(answer.status, pairs.flat())
  response.end(Buffer.from(await answer.arrayBuffer()))
}

describe('make smoke', () => {
  let proxy: Running
  const closing: (() => Promise<void>)[] = []
  beforeAll(async () => {
    proxy = await startProxy({}, { behaviour: { chunks: 20, chunkDelayMs: 130 } })
  })
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })
  afterAll(() => proxy.close())

  test('passes a deployment that streams, and prints no token', async () => {
    const run = await smoke({ TARGET: `${proxy.origin}/v1/`, TOKEN })
    expect(run.code, run.output).toBe(0)
    expect(Object.values(run.checks)).toEqual(Array(9).fill('ok'))
    expect(run.output).toMatch(/stream: \d+ pieces, the first after/)
    expect(run.output).not.toContain(TOKEN)
  })

  test('fails for a deployment behind a gateway that buffers', async () => {
    const buffering = await startChanging(proxy.origin, answerWhole)
    closing.push(buffering.close)
    const run = await smoke({ TARGET: buffering.origin, TOKEN })
    expect(run.code).toBe(1)
    expect(failed(run), run.output).toEqual(['stream'])
    expect(run.output).toMatch(/a gateway or proxy in between buffers it/)
  })

  test('fails for a deployment behind a gateway that adds a second Access-Control-Allow-Origin', async () => {
    const doubling = await startChanging(proxy.origin, async (answer, response) => {
      if (!answer.headers.get('content-type')?.startsWith('text/event-stream'))
        return answerWhole(
          answer,
          response,
          answer.headers.has('access-control-allow-origin') ? [['Access-Control-Allow-Origin', '*']] : [],
        )
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for await (const chunk of answer.body ?? []) response.write(chunk)
      response.end()
    })
    closing.push(doubling.close)
    const run = await smoke({ TARGET: doubling.origin, TOKEN })
    expect(failed(run), run.output).toEqual(['CORS'])
    expect(run.output).toMatch(/2 headers access-control-allow-origin/)
  })

  test('reports a wrong token without printing it', async () => {
    const run = await smoke({ TARGET: proxy.origin, TOKEN: 'canary-wrong-token' })
    expect(run.code).toBe(1)
    expect(failed(run)).toContain('models')
    expect(run.output.split('it is not one of the tokens in its AUTH_TOKEN')).toHaveLength(2)
    expect(run.output).toContain(
      'skipped  an unknown model, a bad request, an unknown path, CORS, chat, stream\nsmoke: 1 of 9 checks failed, 6 skipped',
    )
    expect(run.output).not.toContain('canary-wrong-token')
  })

  test('prints its messages unmasked, even if they contain a short token', async () => {
    const run = await smoke({ TARGET: proxy.origin, TOKEN: 'wrong' })
    expect(run.output).toMatch(/^ok {7}a wrong token: 401/m)
    const unreachable = await smoke({ TARGET: 'http://127.0.0.1:9', TOKEN: 'x' })
    expect(unreachable.output).toMatch(/^ {9}Next: /m)
  })

  test('reports that Gemini does not serve the region', async () => {
    const abroad = await startProxy({}, { behaviour: { error: 'region' } })
    closing.push(abroad.close)
    const run = await smoke({ TARGET: abroad.origin, TOKEN })
    expect(run.code).toBe(1)
    expect(failed(run), run.output).toEqual(['chat', 'stream'])
    expect(run.output).toMatch(/upstream_region_unsupported[\s\S]*Deploy to another region: REGION=us-west-1/)
  })

  test.each<[string, Record<string, string>, object, RegExp]>([
    [
      'Gemini cannot be reached',
      { GEMINI_BASE_URL: 'http://127.0.0.1:9', MAX_RETRIES: '0' },
      {},
      /Cause: .*connection to Gemini[\s\S]*Next: .*HTTPS_PROXY/,
    ],
    ['the model is overloaded', { MAX_RETRIES: '0' }, { error: 'unavailable' }, /Cause: .*overloaded[\s\S]*Next: .*MODEL_FALLBACKS/],
    ['a quota is used up', { MAX_RETRIES: '0' }, { error: 'quota-day' }, /Cause: .*quota[\s\S]*Next: .*add keys/],
    ['the key is refused', { MAX_RETRIES: '0' }, { error: 'leaked' }, /Cause: Gemini rejects the GEMINI_API_KEY[\s\S]*Next: .*aistudio/],
  ])('explains once what to do if %s', async (_name, env, behaviour, advice) => {
    const troubled = await startProxy(env, { behaviour })
    closing.push(troubled.close)
    const run = await smoke({ TARGET: troubled.origin, TOKEN })
    expect(run.code).toBe(1)
    expect(failed(run), run.output).toEqual(['chat', 'stream'])
    expect(run.output).toMatch(advice)
    expect(run.output.match(/Next: /g)).toHaveLength(1)
    expect(run.output).toContain('The cause is the same as for "chat".')
  })

  test('gives advice in Chinese on a Chinese terminal', async () => {
    const run = await smoke({ TARGET: proxy.origin, TOKEN: 'wrong', LANG: 'zh_CN.UTF-8' })
    expect(run.output).toMatch(/原因：该部署拒绝了 TOKEN：它不是该部署 AUTH_TOKEN 中的令牌。\n +建议：/)
  })

  test.each<[string, (response: ServerResponse) => void, RegExp]>([
    [
      'a web page',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Hi</html>'),
      /The server at TARGET is not Gemini Proxy/,
    ],
    [
      'a 404 of another server',
      (response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not Found</h1>'),
      /The server at TARGET is not Gemini Proxy/,
    ],
    [
      'a redirect',
      (response) => response.writeHead(301, { location: 'https://proxy.example/health' }).end(),
      /-> https:\/\/proxy.example[\s\S]*TARGET redirects/,
    ],
  ])('reports a wrong TARGET if it gets %s', async (_name, answer, advice) => {
    const other = await listenOnFreePort(createServer((_request, response) => answer(response)))
    closing.push(other.close)
    const run = await smoke({ TARGET: `http://127.0.0.1:${other.port}`, TOKEN })
    expect(failed(run), run.output).toEqual(['health'])
    expect(run.output).toMatch(advice)
    expect(run.output).toMatch(/Next: /)
  })

  test('reports a TARGET with a path that does not exist', async () => {
    const run = await smoke({ TARGET: `${proxy.origin}/api`, TOKEN })
    expect(failed(run), run.output).toEqual(['health'])
    expect(run.output).toMatch(/unknown_url[\s\S]*TARGET has a wrong path/)
  })

  test('explains TLS errors', async () => {
    const secure = await listenOnFreePort(createSecureServer(makeCertificate('localhost'), (_request, response) => response.end()))
    closing.push(secure.close)
    const untrusted = await smoke({ TARGET: `https://localhost:${secure.port}`, TOKEN })
    expect(untrusted.output).toMatch(/Cause: The certificate of TARGET/)
    const plain = await smoke({ TARGET: proxy.origin.replace('http:', 'https:'), TOKEN })
    expect(plain.output).toMatch(/Cause: TARGET has the wrong scheme/)
  })

  test('reports that the deployment needs no token', async () => {
    const open = await startProxy({ AUTH_TOKEN: '' })
    closing.push(open.close)
    const run = await smoke({ TARGET: open.origin, TOKEN })
    expect(run.code).toBe(1)
    expect(run.output).toMatch(/anyone can use it at your cost/)
  })

  test('explains an error response of Function Compute itself', async () => {
    const dead = await startChanging(proxy.origin, async (_answer, response) => {
      response.writeHead(412, { 'content-type': 'application/json' }).end('{"errorCode":"CAExited","errorMessage":"exit code 1"}')
    })
    closing.push(dead.close)
    const run = await smoke({ TARGET: dead.origin, TOKEN })
    expect(run.code).toBe(1)
    expect(failed(run)).toEqual(['health'])
    expect(run.output).toMatch(/status 412 instead of 200.*CAExited[\s\S]*look at the log of the function/)
  })

  test('reports a truncated stream', async () => {
    const cutting = await startChanging(proxy.origin, async (answer, response) => {
      if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) return answerWhole(answer, response)
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {"choices":[]}\n\n')
      await answer.body?.cancel()
    })
    closing.push(cutting.close)
    const run = await smoke({ TARGET: cutting.origin, TOKEN })
    expect(failed(run), run.output).toEqual(['stream'])
    expect(run.output).toMatch(/without \[DONE\]: it was cut/)
  })

  test.each<[string, Record<string, string>]>([
    ['no target', { TOKEN }],
    ['a target that is not a URL', { TARGET: 'gemini-proxy', TOKEN }],
    ['no token', { TARGET: 'http://127.0.0.1:1' }],
  ])('sends no request with %s', async (_name, env) => {
    const run = await smoke(env)
    expect(run.code).toBe(2)
    expect(run.output).toMatch(/^usage: make smoke/)
  })

  test('reports that no server responds', async () => {
    const run = await smoke({ TARGET: 'http://127.0.0.1:9', TOKEN })
    expect(run.code).toBe(1)
    expect(run.output).toMatch(/FAILED +health: .*ECONNREFUSED[\s\S]*Cause: No server listens/)
  })
})

describe('make run without a key', () => {
  test('passes make smoke', async () => {
    const free = await listenOnFreePort(createServer())
    await free.close()
    const env = { PATH: process.env.PATH, PORT: String(free.port), AUTH_TOKEN: TOKEN }
    const run = spawn(process.execPath, ['--import', 'tsx', 'scripts/run.ts'], { cwd: ROOT, env, stdio: 'ignore' })
    const stopped = once(run, 'exit')
    onTestFinished(async () => {
      run.kill('SIGTERM')
      await stopped
    })
    const origin = `http://127.0.0.1:${free.port}`
    await expect
      .poll(() =>
        fetch(`${origin}/health/live`).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200)
    const { code, output, checks } = await smoke({ TARGET: origin, TOKEN })
    expect(code, output).toBe(0)
    expect(Object.values(checks)).toEqual(Array(9).fill('ok'))
  })
})
