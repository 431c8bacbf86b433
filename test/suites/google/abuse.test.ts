import { afterEach, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { call, simulate } from '../../support/contractHook.js'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'
import { KEYS, keyStates, keysUsed } from '../keys/keys.js'
import { ask, MODEL, prompt, reasonOf, startNativeProxy } from './google.js'
import type { Interaction } from './sdk.js'

const PATH = '/v1beta/interactions'
const OTHER = 'other-token-91d3'
const TWO_KEYS = KEYS.slice(0, 2).join(',')
let proxy: ProxyUnderTest
afterEach(() => proxy.close())

const create = (more: object = {}, token: string = TOKEN) =>
  call(proxy.origin, { path: PATH, body: { model: MODEL, input: 'hello', ...more }, token })
const idOf = ({ json }: { readonly json: unknown }): string => (json as Interaction).id

describe('another caller', () => {
  const SECOND_KEY = 2

  /**
   * Creates an interaction with each of the two keys: `own` by the caller with the token OTHER, and
   * `foreign` by the caller with TOKEN.
   */
  async function made(): Promise<readonly [own: string, foreign: string]> {
    proxy = await startNativeProxy({ GEMINI_API_KEY: TWO_KEYS, AUTH_TOKEN: `a:${TOKEN},b:${OTHER}`, MAX_RETRIES: '0' })
    return [idOf(await create({}, OTHER)), idOf(await create())]
  }

  test.each<[string, (own: string, foreign: string) => object]>([
    [
      'in the arguments of a call',
      (own, foreign) => ({
        contents: [
          { role: 'user', parts: [{ text: 'hi' }] },
          { role: 'model', parts: [{ functionCall: { name: 'f', args: { fileUri: 1, q: [own, foreign].map(named) } } }] },
          { role: 'user', parts: [{ functionResponse: { name: 'f', response: {} } }] },
        ],
      }),
    ],
    ['as a cache', (_own, foreign) => ({ ...prompt('hi'), cachedContent: `interactions/${foreign}` })],
    ['as a file', (_own, foreign) => ({ contents: [{ parts: [{ text: 'hi' }, { fileData: { fileUri: `interactions/${foreign}` } }] }] })],
  ])('that names an interaction %s does not move it to another key', async (_where, body) => {
    const [own, foreign] = await made()
    await ask(proxy, 'generateContent', body(own, foreign), { token: OTHER })
    expect((await call(proxy.origin, { path: `${PATH}/${foreign}` })).status).toBe(200)
    expect(keysUsed(proxy.simulator, `${PATH}/${foreign}`)).toEqual([SECOND_KEY])
  })

  const named = (id: string): object => ({ previous_interaction_id: id })
})

describe('an interaction', () => {
  test('in a new environment is not bound to a key', async () => {
    proxy = await startNativeProxy({ GEMINI_API_KEY: TWO_KEYS, MAX_RETRIES: '0' })
    for (let turn = 0; turn < 4; turn += 1) await create({ agent: 'antigravity', model: undefined, environment: 'remote' })
    expect(keysUsed(proxy.simulator, PATH)).toEqual([1, 2, 1, 2])
  })

  test('with a very long agent name does not use memory for it', async () => {
    proxy = await startNativeProxy({ GEMINI_API_KEY: TWO_KEYS, MAX_RETRIES: '0', ADMIN_TOKEN: 'admin-token-55cc' })
    proxy.simulator.settings.keys = keyStates('quota-day', 'quota-day')
    const agent = 'x'.repeat(100_000)
    await create({ agent, model: undefined })
    const status = await call(proxy.origin, { path: '/console/api/status', token: 'admin-token-55cc' })
    expect(status.status).toBe(200)
    expect(status.text.length).toBeLessThan(50_000)
  })

  test('with many small values counts towards the memory limit of the instance', async () => {
    proxy = await startNativeProxy({ MAX_INFLIGHT_BODY_BYTES: '2000000' })
    const labels = Array.from({ length: 30_000 }, () => ({}))
    const first = create({ labels, input: `hi ${simulate({ hold: 'before-headers' })}` })
    await eventually(() => expect(proxy.simulator.openRequests).toBe(1))
    const second = await create({ labels })
    expect([second.status, second.json]).toMatchObject([503, { error: { code: 'server_overloaded' } }])
    proxy.simulator.release()
    expect((await first).status).toBe(200)
    expect(proxy.simulator.totalRequests).toBe(1)
  })
})

describe('a body', () => {
  test.each(['generateContent', 'streamGenerateContent', 'countTokens', 'embedContent', 'batchEmbedContents'])(
    'with a byte order mark is passed on to Google: %s',
    async (method) => {
      proxy = await startNativeProxy({ MAX_RETRIES: '0' })
      const body = `\ufeff${JSON.stringify(prompt('hi'))}`
      const headers = { 'content-type': 'application/json' }
      const answer = await call(proxy.origin, { path: `/v1beta/models/${MODEL}:${method}`, body, headers })
      expect(answer.status).toBe(400)
      expect(proxy.simulator.requests).toHaveLength(1)
    },
  )

  test.each([`${PATH}`, `${PATH}/v1_x/cancel`])('of an interaction may have a byte order mark as well: %s', async (path) => {
    proxy = await startNativeProxy({ MAX_RETRIES: '0' })
    const answer = await call(proxy.origin, { path, body: '\ufeff{}', headers: { 'content-type': 'application/json' } })
    expect([400, 404]).toContain(answer.status)
  })

  test('with a file of another project, under an escaped member name, is a 404 and disables no key', async () => {
    const text = '{"contents":[{"parts":[{"text":"hi"},{"fileData":{"file\\u0055ri":"URI","mimeType":"image/png"}}]}]}'
    proxy = await startNativeProxy({ MAX_RETRIES: '0' })
    const body = text.replace('URI', 'https://generativelanguage.googleapis.com/v1beta/files/foreign-1')
    const message = 'You do not have permission to access the File foreign-1 or it may not exist.'
    proxy.simulator.next({ error: { code: 403, status: 'PERMISSION_DENIED', message } })
    const answer = await call(proxy.origin, {
      path: `/v1beta/models/${MODEL}:generateContent`,
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect([answer.status, reasonOf(answer)]).toEqual([404, 'ITEM_NOT_FOUND'])
  })
})

test('a stream whose function calls are held back stays within the memory limit', async () => {
  proxy = await startNativeProxy({ MAX_INFLIGHT_BODY_BYTES: '100000', MAX_RETRIES: '0' })
  const text = 'x'.repeat(400_000)
  const behaviour = simulate({ toolCalls: [{ name: 'f', arguments: {} }], text, chunks: 40 })
  const answer = await ask(proxy, 'streamGenerateContent?alt=sse', {
    ...prompt(`hi ${behaviour}`),
    tools: [{ functionDeclarations: [{ name: 'f', description: 'F.' }] }],
  })
  expect(answer.status).toBe(200)
  expect(answer.text).toContain('"finishReason"')
  expect(answer.text).not.toContain('"error"')
})
