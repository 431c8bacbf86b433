import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { KeyState } from '../../doubles/simulator/index.js'
import { type Answer, call, simulate } from '../../support/contractHook.js'
import type { ProxyUnderTest } from '../../support/proxy.js'
import { KEYS, keysUsed, worth } from '../keys/keys.js'
import { ask, MODEL, prompt, startGoogle } from './google.js'
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
  proxy = await startGoogle({ GEMINI_API_KEY: KEYS.slice(0, keys).join(','), MAX_RETRIES: '0', LOG_LEVEL: 'trace' })
}
afterEach(() => proxy.close())

const create = async (more: object = {}): Promise<Answer> =>
  call(proxy.origin, { path: PATH, body: { model: MODEL, input: 'hello', ...more } })
const idOf = ({ json }: Answer): string => (json as Interaction).id
/** The key of the next request, which takes its turn in the rotation. */
const used = (): number[] => keysUsed(proxy.simulator)
const statesFrom = (position: number, state: KeyState): void => {
  proxy.simulator.settings.keys = worth(...KEYS.map((_, at): KeyState => (at + 1 === position ? state : 'valid')))
}

describe.each([2, 3])('an interaction that one of %i keys has made', (count) => {
  let id: string
  beforeEach(async () => {
    await start(count)
    await create()
    id = idOf(await create()) // by the second key
    proxy.simulator.settings.behaviour = {}
  })

  test.each([
    ['is continued', () => create({ previous_interaction_id: id })],
    ['is continued as a stream', () => create({ previous_interaction_id: id, stream: true })],
    ['is read', () => call(proxy.origin, { path: `${PATH}/${id}` })],
    ['is read as a stream', () => call(proxy.origin, { path: `${PATH}/${id}?stream=true` })],
    ['is deleted', () => call(proxy.origin, { method: 'DELETE', path: `${PATH}/${id}` })],
  ] as const)('%s with it', async (_how, send) => {
    expect((await send()).status).toBe(200)
    expect(used()).toEqual([1, 2, 2])
  })

  test('stays with it over a whole conversation, while other requests rotate', async () => {
    let last = id
    for (let turn = 0; turn < 3; turn += 1) {
      last = idOf(await create({ previous_interaction_id: last }))
      await ask(proxy, 'generateContent', prompt('hi'))
    }
    expect(keysUsed(proxy.simulator, PATH)).toEqual([1, 2, 2, 2, 2])
    expect(new Set(keysUsed(proxy.simulator, 'generateContent')).size).toBe(count)
  })

  test('is not looked for with others while it is limited, and is there afterwards', async () => {
    statesFrom(2, 'quota-minute')
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await create({ previous_interaction_id: id })
      expect([answer.status, (answer.json as { error: object }).error]).toEqual([
        429,
        expect.objectContaining({ code: 'rate_limit_exceeded' }),
      ])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    // The quota of a model says nothing about what is stored.
    statesFrom(2, 'valid')
    expect((await call(proxy.origin, { path: `${PATH}/${id}` })).status).toBe(200)
    expect(used()).toEqual([1, 2, 2, 2])
  })

  test('is 503 while Gemini is overloaded', async () => {
    proxy.simulator.next({ error: 'unavailable' })
    expect((await create({ previous_interaction_id: id })).status).toBe(503)
    expect(used()).toEqual([1, 2, 2])
  })

  test('is 502 once its key is refused', async () => {
    statesFrom(2, 'leaked')
    for (let turn = 0; turn < 2; turn += 1) expect((await create({ previous_interaction_id: id })).status).toBe(502)
    expect((await create()).status).toBe(200)
    expect(used().slice(0, 3)).toEqual([1, 2, 2])
    expect(used().slice(3)).not.toContain(2)
  })

  test('is 404 after it was deleted, without a search', async () => {
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
] as const)('%s that a key has made elsewhere', (_what, body) => {
  beforeEach(async () => {
    await start(3)
    proxy.simulator.settings.owners = { 'files/abc-1': KEYS[2], [CACHE]: KEYS[2] }
  })

  test.each(['generateContent', 'streamGenerateContent?alt=sse', 'streamGenerateContent', 'countTokens'])(
    'is found by trying, and then with its key at once: %s',
    async (method) => {
      const sent = method === 'countTokens' ? { generateContentRequest: { model: `models/${MODEL}`, ...body } } : body
      expect((await ask(proxy, method, sent)).status).toBe(200)
      expect(used()).toEqual([1, 2, 3])
      for (let turn = 0; turn < 2; turn += 1) expect((await ask(proxy, method, sent)).status).toBe(200)
      expect(used()).toEqual([1, 2, 3, 3, 3])
    },
  )

  test('is 404 where no key has it', async () => {
    proxy.simulator.settings.owners = { 'files/abc-1': 'another', [CACHE]: 'another' }
    const answer = await ask(proxy, 'generateContent', body)
    expect(answer.json).toMatchObject({ error: { code: 404, status: 'NOT_FOUND', details: [{ reason: 'ITEM_NOT_FOUND' }] } })
    expect([answer.status, used()]).toEqual([404, [1, 2, 3]])
    // None of the keys is to blame.
    expect((await ask(proxy, 'generateContent', prompt('hi'))).status).toBe(200)
  })

  test('is 429 where it may be with a key that is limited', async () => {
    proxy.simulator.settings.keys = worth('valid', 'valid', 'quota-minute')
    expect((await ask(proxy, 'generateContent', body)).status).toBe(429)
    expect((await ask(proxy, 'generateContent', body)).status).toBe(429)
    proxy.simulator.settings.keys = {}
    expect(used().slice(0, 3)).toEqual([1, 2, 3])
  })
})

describe('a request that names nothing of a key', () => {
  beforeEach(() => start(3))

  test.each([
    ['the address of another server', withFile('https://www.youtube.com/watch?v=files/abc-1')],
    ['an id in a text', prompt(`see "${FILE}" and cachedContents/xyz-2`)],
  ])('goes with any: %s', async (_what, body) => {
    proxy.simulator.settings.owners = {}
    for (let turn = 0; turn < 3; turn += 1) expect((await ask(proxy, 'generateContent', body)).status).toBe(200)
    expect(used()).toEqual([1, 2, 3])
  })

  test('finds no model where there is none, and tries no other key', async () => {
    proxy.simulator.settings.owners = { 'files/abc-1': KEYS[0] }
    expect((await ask(proxy, 'generateContent', withFile(FILE), { model: 'gemini-0' })).json).toMatchObject({
      error: { code: 404, details: [{ reason: 'MODEL_NOT_FOUND' }] },
    })
    expect(used()).toEqual([1])
  })
})

describe('the keys', () => {
  test('are in no answer and no log', async () => {
    await start(3)
    const first = await create()
    const answers = [first, await create({ previous_interaction_id: idOf(first) }), await call(proxy.origin, { path: `${PATH}/v1_none` })]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404])
    expect(JSON.stringify([answers, proxy.logs])).not.toMatch(/canary|-key-/)
  })
})
