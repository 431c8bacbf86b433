import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSimulator } from '../../doubles/simulator/index.js'
import { eventually } from '../../support/calls.js'
import { call, chat, simulate } from '../../support/contractHook.js'
import { type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'
import { ADMIN_TOKEN, ask, DATA_PATHS, read } from './console.js'

/** Parts of settings and requests that no response of the console may contain. */
const SECRETS = [
  'canary-first-key-aaaa',
  'canary-second-key-bbbb',
  'canary-token-of-a',
  'canary-token-of-b',
  'canary-metrics',
  'canary-user',
  'canary-p%40ss',
  'canary-p@ss',
  'canary-query',
  'canary-fragment',
  'canary-redis',
  'canary-otlp',
  'canary-prompt',
  'canary-answer',
  'canary-system',
  'canary-tool',
  'canary-header',
  'canary-path',
  'canary-cookie',
  'canary-wrong-token',
  ADMIN_TOKEN,
]

let simulator: Awaited<ReturnType<typeof startSimulator>>
let proxy: RunningProxy
beforeAll(async () => {
  simulator = await startSimulator()
  proxy = await startProxy({
    ADMIN_TOKEN,
    AUTH_TOKEN: 'team-a:canary-token-of-a,team-b:canary-token-of-b',
    METRICS_TOKEN: 'canary-metrics',
    GEMINI_API_KEY: 'canary-first-key-aaaa,canary-second-key-bbbb',
    GEMINI_BASE_URL: simulator.baseUrl,
    HTTPS_PROXY: 'http://canary-user:canary-p%40ss@127.0.0.1:9?canary-query=canary-query',
    NO_PROXY: '127.0.0.1,canary-first-key-aaaa',
    REDIS_URL: 'redis://canary-redis:canary-p%40ss@127.0.0.1:9/1?password=canary-redis#canary-fragment',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://canary-otlp:canary-p%40ss@127.0.0.1:9/v1',
    EXTRA_MODELS: 'gemini-extra',
    MAX_RETRIES: '0',
  })
})
afterAll(async () => {
  await proxy.close()
  await simulator.close()
})

test('no response of the console contains a secret, a prompt or an answer', async () => {
  const token = 'canary-token-of-a'
  const headers = { 'x-canary': 'canary-header', cookie: 'session=canary-cookie', 'x-api-key': 'canary-header' }
  const messages = [{ role: 'user', content: `canary-prompt ${simulate({ text: 'canary-answer' })}` }]
  const talk = { model: 'gemini-2.5-flash', user: 'canary-header', messages }
  const bodies = [
    talk,
    { ...talk, stream: true },
    {
      ...talk,
      messages: [{ role: 'system', content: 'canary-system' }, ...messages],
      tools: [{ type: 'function', function: { name: 'canary-tool' } }],
    },
    { ...talk, model: 'canary-first-key-aaaa' },
    { ...talk, model: 'canary-token-of-b' },
    { ...talk, model: ADMIN_TOKEN },
    { ...talk, 'canary-prompt': 1, temperature: 'canary-prompt' },
    {
      ...talk,
      messages: [{ role: 'user', content: 'canary-prompt', 'canary-prompt': { 'canary-tool': 1 } }],
      tool_choice: { 'canary-prompt': 1 },
    },
    chat(simulate({ error: 'invalid' })),
    chat(simulate({ error: 'region' })),
    chat(simulate({ error: 'quota-day' })),
    '{"canary-prompt',
  ]
  for (const body of bodies) await call(proxy.origin, { token, headers, body })
  for (const path of ['/canary-path', '/v1/canary-path?key=canary-query', '/v1/models/canary-first-key-aaaa', '/console/api/canary-path'])
    await call(proxy.origin, { path, token, headers })
  await call(proxy.origin, { path: '/v1/models', token: 'canary-wrong-token' })
  await call(proxy.origin, { path: '/console/api/status', token: 'canary-wrong-token' })
  await eventually(async () => expect((await read(proxy.origin, 'requests')).requests.length).toBeGreaterThanOrEqual(bodies.length + 6))

  const { checks } = await read(proxy.origin, 'checks')
  const answers: string[] = []
  const keep = async (path: string, method = 'GET'): Promise<void> => {
    const { status, text, headers: received } = await ask(proxy.origin, path, { method })
    expect([path, status]).toEqual([path, 200])
    answers.push(`${JSON.stringify(received)} ${text}`)
  }
  for (const path of DATA_PATHS) await keep(path)
  for (const { id } of checks) await keep(`/console/api/checks/${id}`, 'POST')
  for (const path of DATA_PATHS) await keep(path)
  const all = answers.join('\n')
  expect(SECRETS.filter((secret) => all.includes(secret))).toEqual([])
  expect(all.match(/canary/g)).toBeNull()
})

test('URLs are shown without parts that may be secret', async () => {
  const { settings } = await read(proxy.origin, 'status')
  const of = (name: string) => settings.find((setting) => setting.name === name)?.value
  expect(of('HTTPS_PROXY')).toBe('http://***@127.0.0.1:9?***')
  expect(of('REDIS_URL')).toBe('redis://***@127.0.0.1:9/1?***')
  expect(of('OTEL_EXPORTER_OTLP_ENDPOINT')).toBe('http://***@127.0.0.1:9/v1')
  expect(of('NO_PROXY')).toBe('127.0.0.1,***')
})
