import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { KeyState } from '../../doubles/simulator/index.js'
import { type Answer, call, simulate } from '../../support/contractHook.js'
import type { ProxyUnderTest } from '../../support/proxy.js'
import { KEYS, keyStates, keysUsed } from '../keys/keys.js'
import { ask, MODEL, prompt, startNativeProxy } from './google.js'
import type { Interaction } from './sdk.js'

const PATH = '/v1beta/interactions'
const FILE = 'https://generativelanguage.googleapis.com/v1beta/files/abc-1'
const CACHE = 'cachedContents/xyz-2'
const withFile = (fileUri: string): object => ({
  contents: [{ parts: [{ text: 'what is it?' }, { fileData: { fileUri, mimeType: 'image/png' } }] }],
})
const withCache = { ...prompt('hi'), cachedContent: CACHE }

let proxy: ProxyUnderTest
const start = async (keys: number): Promise<void> => {
  proxy = await startNativeProxy({ GEMINI_API_KEY: KEYS.slice(0, keys).join(','), MAX_RETRIES: '0', LOG_LEVEL: 'trace' })
}
afterEach(() => proxy.close())

const create = async (more: object = {}): Promise<Answer> =>
  call(proxy.origin, { path: PATH, body: { model: MODEL, input: 'hello', ...more } })
const idOf = ({ json }: Answer): string => (json as Interaction).id
/** Returns, for each request that the simulator received, the position of its key, from 1. */
const used = (): number[] => keysUsed(proxy.simulator)
const statesFrom = (position: number, state: KeyState): void => {
  proxy.simulator.settings.keys = keyStates(...KEYS.map((_, at): KeyState => (at + 1 === position ? state : 'valid')))
}

describe.each([2, 3])('an interaction created with one of %i keys', (count) => {
  let id: string
  beforeEach(async () => {
    await start(count)
    await create()
    id = idOf(await create()) // the second request uses the second key
    proxy.simulator.settings.behaviour = {}
  })

  test.each([
    ['is continued', () => create({ previous_interaction_id: id })],
    ['is continued as a stream', () => create({ previous_interaction_id: id, stream: true })],
    ['is read', () => call(proxy.origin, { path: `${PATH}/${id}` })],
    ['is read as a stream', () => call(proxy.origin, { path: `${PATH}/${id}?stream=true` })],
    ['is deleted', () => call(proxy.origin, { method: 'DELETE', path: `${PATH}/${id}` })],
  ] as const)('%s with the same key', async (_how, send) => {
    expect((await send()).status).toBe(200)
    expect(used()).toEqual([1, 2, 2])
  })

  test('uses the same key for a whole conversation, while other requests rotate', async () => {
    let last = id
    for (let turn = 0; turn < 3; turn += 1) {
      last = idOf(await create({ previous_interaction_id: last }))
      await ask(proxy, 'generateContent', prompt('hi'))
    }
    expect(keysUsed(proxy.simulator, PATH)).toEqual([1, 2, 2, 2, 2])
    expect(new Set(keysUsed(proxy.simulator, 'generateContent')).size).toBe(count)
  })

  test('is not tried with other keys while its key is rate-limited, and can be read afterwards', async () => {
    statesFrom(2, 'quota-minute')
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await create({ previous_interaction_id: id })
      expect([answer.status, (answer.json as { error: object }).error]).toEqual([
        429,
        expect.objectContaining({ code: 'rate_limit_exceeded' }),
      ])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    // A key's cooldown applies to one model: what is stored with the key can still be read.
    statesFrom(2, 'valid')
    expect((await call(proxy.origin, { path: `${PATH}/${id}` })).status).toBe(200)
    expect(used()).toEqual([1, 2, 2, 2])
  })

  test('is 503 while Gemini is overloaded', async () => {
    proxy.simulator.next({ error: 'unavailable' })
    expect((await create({ previous_interaction_id: id })).status).toBe(503)
    expect(used()).toEqual([1, 2, 2])
  })

  test('is 502 once its key is rejected', async () => {
    statesFrom(2, 'leaked')
    for (let turn = 0; turn < 2; turn += 1) expect((await create({ previous_interaction_id: id })).status).toBe(502)
    expect((await create()).status).toBe(200)
    expect(used().slice(0, 3)).toEqual([1, 2, 2])
    expect(used().slice(3)).not.toContain(2)
  })

  test('is 404 after it was deleted, without trying other keys', async () => {
    await call(proxy.origin, { method: 'DELETE', path: `${PATH}/${id}` })
    const answer = await call(proxy.origin, { path: `${PATH}/${id}` })
    expect(answer.json).toMatchObject({ error: { code: 'item_not_found', status: 'NOT_FOUND' } })
    expect([answer.status, used()]).toEqual([404, [1, 2, 2, 2]])
  })
})

describe('a stream of an interaction', () => {
  beforeEach(() => start(3))

  test('has its id known before the client reads it', async () => {
    await create()
    const { events } = await create({ input: `hi ${simulate({ chunks: 3 })}`, stream: true })
    const [{ interaction }] = events as [{ interaction: Interaction }]
    expect((await create({ previous_interaction_id: interaction.id })).status).toBe(200)
    expect(used()).toEqual([1, 2, 2])
  })
})

describe.each([
  ['a file', withFile(FILE)],
  ['a cache', withCache],
] as const)('%s created with one of the keys outside the proxy', (_what, body) => {
  beforeEach(async () => {
    await start(3)
    proxy.simulator.settings.owners = { 'files/abc-1': KEYS[2], [CACHE]: KEYS[2] }
  })

  test.each(['generateContent', 'streamGenerateContent?alt=sse', 'streamGenerateContent', 'countTokens'])(
    'is found by trying each key, and afterwards its key is used at once: %s',
    async (method) => {
      const sent = method === 'countTokens' ? { generateContentRequest: { model: `models/${MODEL}`, ...body } } : body
      expect((await ask(proxy, method, sent)).status).toBe(200)
      expect(used()).toEqual([1, 2, 3])
      for (let turn = 0; turn < 2; turn += 1) expect((await ask(proxy, method, sent)).status).toBe(200)
      expect(used()).toEqual([1, 2, 3, 3, 3])
    },
  )

  test('is 404 if no key can access it', async () => {
    proxy.simulator.settings.owners = { 'files/abc-1': 'another', [CACHE]: 'another' }
    const answer = await ask(proxy, 'generateContent', body)
    expect(answer.json).toMatchObject({ error: { code: 404, status: 'NOT_FOUND', details: [{ reason: 'ITEM_NOT_FOUND' }] } })
    expect([answer.status, used()]).toEqual([404, [1, 2, 3]])
    // The 404 has disabled none of the keys: the next request is served.
    expect((await ask(proxy, 'generateContent', prompt('hi'))).status).toBe(200)
  })

  test('is 429 if the key that may have access is rate-limited', async () => {
    proxy.simulator.settings.keys = keyStates('valid', 'valid', 'quota-minute')
    expect((await ask(proxy, 'generateContent', body)).status).toBe(429)
    expect((await ask(proxy, 'generateContent', body)).status).toBe(429)
    proxy.simulator.settings.keys = {}
    expect(used().slice(0, 3)).toEqual([1, 2, 3])
  })
})

describe('a request that is not bound to a key', () => {
  beforeEach(() => start(3))

  test.each([
    ['the URL of another server', withFile('https://www.youtube.com/watch?v=files/abc-1')],
    ['an id in a text', prompt(`see "${FILE}" and cachedContents/xyz-2`)],
  ])('uses any key: %s', async (_what, body) => {
    proxy.simulator.settings.owners = {}
    for (let turn = 0; turn < 3; turn += 1) expect((await ask(proxy, 'generateContent', body)).status).toBe(200)
    expect(used()).toEqual([1, 2, 3])
  })

  test('reports an unknown model, and tries no other key', async () => {
    proxy.simulator.settings.owners = { 'files/abc-1': KEYS[0] }
    expect((await ask(proxy, 'generateContent', withFile(FILE), { model: 'gemini-0' })).json).toMatchObject({
      error: { code: 404, details: [{ reason: 'MODEL_NOT_FOUND' }] },
    })
    expect(used()).toEqual([1])
  })
})

describe('keys', () => {
  test('are in no response and no log', async () => {
    await start(3)
    const first = await create()
    const answers = [first, await create({ previous_interaction_id: idOf(first) }), await call(proxy.origin, { path: `${PATH}/v1_none` })]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404])
    expect(JSON.stringify([answers, proxy.logs])).not.toMatch(/canary|-key-/)
  })
})
