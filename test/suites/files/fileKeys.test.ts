import { afterEach, describe, expect, test } from 'vitest'
import type { OpenAIFile } from '../../../src/contract/types.js'
import { call, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { startScriptedGemini } from '../../support/scriptedGemini.js'
import { KEYS, keyStates, keysUsed, startWithKeys } from '../keys/keys.js'
import { askChat, pdf, uploadFile } from './asking.js'

const OTHERS = Array.from({ length: 12 }, (_, index) => `token-of-caller-${index}-of-the-tests`)
const ENV = { GEMINI_UPSTREAM: 'native', AUTH_TOKEN: [TOKEN, ...OTHERS].join(','), MAX_RETRIES: '0' }

const open: ProxyUnderTest[] = []
afterEach(() => Promise.all(open.splice(0).map((proxy) => proxy.close())))
const start = async (): Promise<ProxyUnderTest> => {
  const proxy = await startWithKeys(ENV)
  open.push(proxy)
  return proxy
}

const byId = (id: string) => ({ type: 'file', file: { file_id: id } })
const upload = async (proxy: ProxyUnderTest, token = TOKEN): Promise<string> => (await uploadFile(proxy, pdf(), { token })).json.id
const list = async (proxy: ProxyUnderTest): Promise<string[]> =>
  ((await call(proxy.origin, { path: '/v1/files' })).json as { readonly data: OpenAIFile[] }).data.map(({ id }) => id)

describe('with several keys', () => {
  test('all files of a caller are stored with one key, which its requests use, while callers are spread over the keys', async () => {
    const proxy = await start()
    const ids = [await upload(proxy), await upload(proxy), await upload(proxy)]
    for (const token of OTHERS) await upload(proxy, token)
    const used = keysUsed(proxy.simulator, 'upload_id')
    expect(new Set(used.slice(0, 3)).size).toBe(1)
    expect(new Set(used).size).toBe(3)
    for (let turn = 0; turn < 3; turn += 1) expect((await askChat(proxy, ids.map(byId))).status).toBe(200)
    expect(keysUsed(proxy.simulator, 'generateContent')).toEqual([used[0], used[0], used[0]])
    expect((await list(proxy)).sort()).toEqual([...ids].sort())
    const other = await call(proxy.origin, { method: 'DELETE', path: `/v1/files/${ids[0]}` })
    expect(other.status).toBe(200)
    expect((await list(proxy)).sort()).toEqual(ids.slice(1).sort())
  })

  test('a key that Google rejects gets no uploads, its files cannot be used, and files of other keys are listed', async () => {
    const proxy = await start()
    const before = await upload(proxy)
    const [used = 1] = keysUsed(proxy.simulator, 'upload_id')
    proxy.simulator.settings.keys = keyStates(...KEYS.map((_, at) => (at + 1 === used ? ('invalid' as const) : ('valid' as const))))
    const after = await upload(proxy)
    expect(await list(proxy)).toEqual([after])
    const refused = await askChat(proxy, [byId(before)])
    expect([refused.status, refused.json]).toEqual([502, failure('upstream_auth_error', null, 'server_error')])
    expect((await askChat(proxy, [byId(after)])).status).toBe(200)
    const both = await askChat(proxy, [byId(before), byId(after)])
    expect([both.status, both.json]).toEqual([400, failure('invalid_value', 'messages[0].content[2].file.file_id')])
    expect(both.text).toContain('Upload them again')
    proxy.simulator.settings.keys = keyStates('invalid', 'invalid', 'invalid')
    expect((await call(proxy.origin, { path: '/v1/files' })).status).toBe(502)
  })

  test('each instance finds all files, in any order of its keys, without Redis', async () => {
    const first = await start()
    const id = await upload(first)
    const env = { ...ENV, GEMINI_API_KEY: [...KEYS].reverse().join(','), GEMINI_BASE_URL: first.simulator.baseUrl }
    const second = await startProxy(env)
    open.push(second)
    expect((await call(second.origin, { path: `/v1/files/${id}` })).json).toMatchObject({ id, filename: 'report.pdf' })
    expect(await list(second)).toEqual([id])
    expect((await askChat(second, [byId(id)])).status).toBe(200)
    // Once one instance has deleted the file, the other does not find it, although it has used it
    // before.
    expect((await call(first.origin, { method: 'DELETE', path: `/v1/files/${id}` })).status).toBe(200)
    const gone = await askChat(second, [byId(id)])
    expect([gone.status, gone.json]).toEqual([404, failure('item_not_found')])
    expect((await call(second.origin, { path: `/v1/files/${id}` })).status).toBe(404)
  })
})

test.each([200, 204])('a file is deleted if Google answers %i without a body', async (status) => {
  const first = await start()
  const id = await upload(first)
  const gemini = await startScriptedGemini(() => ({ status, body: '' }))
  const second = await startProxy({ ...ENV, GEMINI_API_KEY: KEYS.join(','), GEMINI_BASE_URL: gemini.baseUrl, MAX_RETRIES: '2' })
  open.push(second)
  const answer = await call(second.origin, { method: 'DELETE', path: `/v1/files/${id}` })
  await gemini.close()
  expect([answer.json, gemini.requests.length]).toEqual([{ id, object: 'file', deleted: true }, 1])
})
