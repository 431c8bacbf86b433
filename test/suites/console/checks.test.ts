import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonResponseOf } from '../../../src/contract/types.js'
import { eventually } from '../../support/calls.js'
import { type Answer, failure } from '../../support/contractHook.js'
import { GEMINI_KEY, type ProxyUnderTest as RunningProxy, startProxy } from '../../support/proxy.js'
import { ADMIN_TOKEN, ask, read } from './console.js'

type CheckAnswer = JsonResponseOf<'runCheck'>

const run = (proxy: RunningProxy, id: string): Promise<Answer> =>
  ask(proxy.origin, `/console/api/checks/${encodeURIComponent(id)}`, { method: 'POST' })
const resultOf = async (proxy: RunningProxy, id: string): Promise<CheckAnswer> => (await run(proxy, id)).json as CheckAnswer

let proxy: RunningProxy
beforeAll(async () => {
  // Delay each chunk: the streaming check reports a stream that arrives at once.
  proxy = await startProxy({ ADMIN_TOKEN }, { behaviour: { chunkDelayMs: 60 } })
})
afterAll(() => proxy.close())

describe('the checks', () => {
  test('have titles in both languages, and can all be run', async () => {
    const { checks } = await read(proxy.origin, 'checks')
    expect(checks.map(({ id }) => id)).toEqual(expect.arrayContaining(['settings', 'keys', 'region', 'quota', 'streaming', 'cors', 'body']))
    for (const { id, title } of checks) {
      expect([title.en, title.zh]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/./)])
      const { status, json } = await run(proxy, id)
      expect([id, status]).toEqual([id, 200])
      expect(json).toMatchObject({ id, message: { en: expect.stringMatching(/\w/), zh: expect.stringMatching(/[\u4e00-\u9fff]/) } })
      expect([id, (json as CheckAnswer).status]).not.toEqual([id, 'failed'])
    }
  })

  test('report a fault and the next step', async () => {
    const broken = await startProxy({ ADMIN_TOKEN }, { keys: { [GEMINI_KEY]: 'invalid' } })
    try {
      const result = await resultOf(broken, 'keys')
      expect(result).toMatchObject({ status: 'failed', next_step: { en: expect.stringMatching(/\w/), zh: expect.stringMatching(/./) } })
      expect(JSON.stringify(result)).not.toContain(GEMINI_KEY)
      expect(await resultOf(broken, 'region')).toMatchObject({ status: 'skipped' })
    } finally {
      await broken.close()
    }
  })

  test.each(['nothing', 'keys ', 'KEYS', '__proto__', 'constructor', '..', 'keys/..', '密钥', 'x'.repeat(3_000)])(
    'has no check %.20s',
    async (id) => {
      const answer = await run(proxy, id)
      expect(answer.status).toBe(404)
      expect(answer.json).toEqual(failure('unknown_url'))
    },
  )

  test('reject a body that is not JSON, and ignore a JSON body', async () => {
    const path = '/console/api/checks/settings'
    expect((await ask(proxy.origin, path, { method: 'POST', body: {} })).status).toBe(200)
    expect((await ask(proxy.origin, path, { body: 'x', headers: { 'content-type': 'text/plain' } })).status).toBe(415)
    expect((await ask(proxy.origin, path)).status).toBe(405)
  })
})

describe('runs', () => {
  test('are limited to one at a time', async () => {
    const slow = await startProxy({ ADMIN_TOKEN }, { behaviour: { hold: 'before-headers' } })
    try {
      const first = run(slow, 'model')
      const refused = await eventually(async () => {
        const answer = await run(slow, 'settings')
        expect(answer.status).toBe(429)
        return answer
      })
      expect(refused.json).toEqual(failure('rate_limit_exceeded', null, 'rate_limit_exceeded'))
      expect(refused.headers['retry-after']).toBe('1')
      slow.simulator.release(Number.POSITIVE_INFINITY)
      expect((await first).status).toBe(200)
      expect((await run(slow, 'settings')).status).toBe(200)
    } finally {
      await slow.close()
    }
  })

  test('are limited to 120 per minute', async () => {
    const own = await startProxy({ ADMIN_TOKEN })
    try {
      const statuses: number[] = []
      for (let each = 0; each < 125; each += 1) statuses.push((await run(own, 'runtime')).status)
      expect(statuses).toEqual([...Array(120).fill(200), ...Array(5).fill(429)])
      const { headers } = await run(own, 'runtime')
      expect(Number(headers['retry-after'])).toBeGreaterThan(1)
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60)
    } finally {
      await own.close()
    }
  })
})
