import dns, { promises as dnsPromises } from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { MEDIA_LIMITS } from '../../../../src/upstream/media/limits.js'
import { makeNameLookup, type NameLookup, type NameLookupParts } from '../../../../src/upstream/media/nameLookup.js'
import { chat, eventually, post } from '../../../support/calls.js'
import { startProxy } from '../../../support/proxy.js'
import { type NameServer, startNameServer } from './nameServer.js'

const ZONES = {
  'both.example': { ipv4: ['93.184.216.34', '93.184.216.35'], ipv6: ['2606:2800:0:0:0:0:0:1'] },
  'four.example': { ipv4: ['93.184.216.34'] },
  'six.example': { ipv6: ['2606:2800:0:0:0:0:0:1'] },
  'half.example': { ipv4: ['93.184.216.34'], ipv6Code: 2 },
  'mixed.example': { ipv4: ['93.184.216.34'], ipv6: ['fd00:0:0:0:0:0:0:1'] },
  'inside.example': { ipv4: ['10.1.2.3'] },
  'missing.example': { code: 3 },
  'broken.example': { code: 2 },
  'empty.example': {},
} as const

let server: NameServer
beforeAll(async () => {
  server = await startNameServer(ZONES)
})
afterEach(() => {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
})
afterAll(() => server.close())

const lookupOf = (more: NameLookupParts = {}): NameLookup => makeNameLookup({ servers: [server.address], ...more })
const never = (): AbortSignal => new AbortController().signal

describe('the DNS look-up of media hosts', () => {
  test.each([
    ['both.example', ['93.184.216.34', '93.184.216.35', '2606:2800::1']],
    ['four.example', ['93.184.216.34']],
    ['half.example', ['93.184.216.34']],
    ['six.example', ['2606:2800::1']],
    ['mixed.example', ['93.184.216.34', 'fd00::1']],
  ])('resolves %s to %j', async (host, addresses) => {
    const found = await lookupOf()(host, never())
    expect(found.map(({ address }) => address).sort()).toEqual([...addresses].sort())
    for (const { address, family } of found) expect(family).toBe(address.includes(':') ? 6 : 4)
  })

  test.each(['missing.example', 'broken.example', 'empty.example'])('fails for %s', async (host) => {
    await expect(lookupOf()(host, never())).rejects.toMatchObject({ code: expect.stringMatching(/^E/) })
  })

  test('does not use the thread pool that resolves Gemini', async () => {
    const lookups = [vi.spyOn(dns, 'lookup'), vi.spyOn(dnsPromises, 'lookup')]
    syncBuiltinESMExports()
    await lookupOf()('both.example', never())
    expect(lookups.map(({ mock }) => mock.calls.length)).toEqual([0, 0])
  })

  test('ends on abort if the name server does not respond', async () => {
    const controller = new AbortController()
    const looked = lookupOf()('silent.example', controller.signal)
    const before = lookupOf()('both.example', AbortSignal.abort(new Error('gone')))
    await expect(before).rejects.toThrow('gone')
    controller.abort()
    await expect(looked).rejects.toMatchObject({ code: 'ECANCELLED' })
  })

  test('is limited in concurrency; finished look-ups free their slots', async () => {
    const lookup = lookupOf({ maxConcurrent: 2 })
    const controller = new AbortController()
    const waiting = [1, 2].map(() => lookup('silent.example', controller.signal).catch(() => undefined))
    await expect(lookup('both.example', never())).rejects.toMatchObject({ status: 503, code: 'server_overloaded' })
    controller.abort()
    await Promise.all(waiting)
    for (let round = 0; round < 5; round += 1) expect(await lookup('both.example', never())).toHaveLength(3)
    for (let round = 0; round < 5; round += 1) await lookup('missing.example', never()).catch(() => undefined)
    expect(await lookup('both.example', never())).toHaveLength(3)
  })
})

const pictures = (hosts: readonly string[]): object => ({
  model: 'gemini-3.5-flash',
  messages: [{ role: 'user', content: hosts.map((host) => ({ type: 'image_url', image_url: { url: `https://${host}/a.png` } })) }],
})

describe('with FETCH_REMOTE_MEDIA=true', () => {
  test('96 names that do not resolve use no thread and do not affect other requests', async () => {
    const proxy = await startProxy({ FETCH_REMOTE_MEDIA: 'true' }, {}, { media: { resolve: lookupOf() } })
    const controller = new AbortController()
    const asked = server.asked.length
    const requests = Array.from({ length: 12 }, (_, request) =>
      post(proxy, pictures(Array.from({ length: 8 }, (_each, host) => `silent-${request}-${host}.example`)), {
        signal: controller.signal,
      }).catch(() => undefined),
    )
    await eventually(() => expect(new Set(server.asked.slice(asked)).size).toBe(96))
    expect(process.getActiveResourcesInfo()).not.toContain('GetAddrInfoReqWrap')
    expect((await post(proxy, chat({ text: 'unharmed' }))).status).toBe(200)
    expect(await dnsPromises.lookup('localhost')).toBeDefined()
    controller.abort()
    await Promise.all(requests)
    await eventually(() => expect(process.getActiveResourcesInfo()).not.toContain('QueryReqWrap'))
    await proxy.close()
  })

  test('more look-ups than allowed are a 503 with Retry-After', async () => {
    const proxy = await startProxy({ FETCH_REMOTE_MEDIA: 'true' }, {}, { media: { resolve: lookupOf({ maxConcurrent: 2 }) } })
    const response = await post(proxy, pictures(['silent-a.example', 'silent-b.example', 'silent-c.example']))
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await response.json()).toMatchObject({ error: { code: 'server_overloaded' } })
    await proxy.close()
  })

  test.each(['inside.example', 'mixed.example', 'missing.example', 'empty.example', 'silent.example'])(
    'the host %s is a 400 with the same message, without a connection',
    async (host) => {
      const connectTo = vi.fn(() => ({ address: '127.0.0.1', port: 1, ca: '' }))
      const limits = { ...MEDIA_LIMITS, timeoutMs: 100 }
      const proxy = await startProxy({ FETCH_REMOTE_MEDIA: 'true' }, {}, { media: { resolve: lookupOf(), limits, connectTo } })
      const response = await post(proxy, pictures([host]))
      expect([response.status, await response.json()]).toMatchObject([
        400,
        {
          error: {
            code: 'invalid_value',
            message: expect.stringMatching(/^The media could not be fetched: its URL must be publicly reachable/),
          },
        },
      ])
      expect(connectTo).not.toHaveBeenCalled()
      await proxy.close()
    },
  )
})
