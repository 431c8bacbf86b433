import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { advanceClock, startClock, stopClock, waitWithStoppedClock } from '../../support/clock.js'
import { call, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { askChat, bodiesWith, MODEL, pdf, sentParts, uploadFile } from './asking.js'

const OTHER_TOKEN = 'another-token-of-the-tests'
const VIDEO = new Blob(['\0\0\0\x10ftypisom'], { type: 'video/mp4' })
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

let proxy: ProxyUnderTest
let compat: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native', AUTH_TOKEN: `${TOKEN},${OTHER_TOKEN}`, LOG_LEVEL: 'trace' })
  compat = await startProxy({ GEMINI_UPSTREAM: 'compat' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => Promise.all([proxy.close(), compat.close()]))

const byId = (id: string) => ({ type: 'file', file: { file_id: id } })
const get = (path: string, token = TOKEN) => call(proxy.origin, { path, token })
const remove = (id: string, token = TOKEN) => call(proxy.origin, { method: 'DELETE', path: `/v1/files/${id}`, token })
const PARAM = 'messages[0].content[1].file.file_id'

describe('a file', () => {
  test('can be used in every API that supports files', async () => {
    const { id } = (await uploadFile(proxy, pdf())).json
    const stored = { fileData: { mimeType: 'application/pdf', fileUri: expect.stringContaining('/v1beta/files/') } }
    const { response, message } = bodiesWith({ file_id: id }, { file_id: id }, { type: 'file', file_id: id })
    for (const [path, body] of [
      ['/v1/responses', response],
      ['/v1/messages', { ...message, max_tokens: 100 }],
    ] as const) {
      expect((await call(proxy.origin, { path, body })).status).toBe(200)
      expect(sentParts(proxy)).toEqual([stored, stored])
    }
    expect((await call(proxy.origin, { path: '/v1/messages/count_tokens', body: message })).status).toBe(200)
    expect((await call(proxy.origin, { path: '/v1/responses/input_tokens', body: response })).status).toBe(200)
    const streamed = await askChat(proxy, [byId(id)], { stream: true })
    expect([streamed.status, streamed.events.at(-1)]).toEqual([200, '[DONE]'])
    // The proxy has requested the file's metadata from Google only once, and remembers it.
    expect(proxy.simulator.requests.filter(({ method }) => method === 'GET')).toHaveLength(1)
  })

  test('is sent with its key and URI after a model fallback', async () => {
    const { id } = (await uploadFile(proxy, pdf())).json
    const falling = await startProxy({ GEMINI_UPSTREAM: 'native', MODEL_FALLBACKS: `${MODEL}>gemini-3.6-flash`, MAX_RETRIES: '0' })
    const own = (await uploadFile(falling, pdf())).json.id
    falling.simulator.next({ path: 'completions', error: 'unavailable' })
    const answer = await askChat(falling, [byId(own)])
    expect([answer.status, answer.headers['x-gemini-proxy-model']]).toEqual([200, 'gemini-3.6-flash'])
    // The proxy does not know the id of a file that was uploaded through another deployment.
    expect((await askChat(falling, [byId(id)])).status).toBe(404)
    await falling.close()
  })

  test('has neither name nor content in the log, and its name is not sent to Google', async () => {
    await uploadFile(proxy, pdf('%PDF-secret-content'), { name: 'secret-name.pdf' })
    const [start] = proxy.simulator.requests
    expect(JSON.stringify(start?.body)).not.toContain('secret-name')
    expect(JSON.stringify(proxy.logs)).not.toMatch(/secret-name|secret-content|upload_id/)
  })
})

describe('the file of another caller', () => {
  test('is a 404, like an unknown file', async () => {
    const { id } = (await uploadFile(proxy, pdf())).json
    for (const unknown of [id, 'file-unknown', 'file-', id.slice(0, -1), `${id}A`, 'constructor']) {
      const token = unknown === id ? OTHER_TOKEN : TOKEN
      for (const answer of [await get(`/v1/files/${unknown}`, token), await remove(unknown, token)])
        expect([unknown, answer.status, answer.json]).toEqual([unknown, 404, failure('file_not_found')])
      const asked = await askChat(proxy, [byId(unknown)], {}, token)
      expect([asked.status, asked.json]).toEqual([404, failure('file_not_found', PARAM)])
    }
    expect((await get('/v1/files', OTHER_TOKEN)).json).toMatchObject({ data: [], first_id: null, has_more: false })
    expect((await get('/v1/files')).json).toMatchObject({ data: [{ id }], first_id: id, last_id: id })
    expect((await remove(id)).status).toBe(200)
  })

  test('cannot be used by its Google URI either', async () => {
    await uploadFile(proxy, pdf())
    const [uri] = [...proxy.simulator.requests.map(() => 'https://generativelanguage.googleapis.com/v1beta/files/abc123')]
    const answer = await askChat(proxy, [{ type: 'file', file: { file_data: uri } }], {}, OTHER_TOKEN)
    expect([answer.status, answer.json]).toEqual([400, failure('invalid_value', 'messages[0].content[1].file.file_data')])
  })
})

describe('a file that Gemini must process first', () => {
  test('is uploaded, then processed, and a request waits for it', async () => {
    const { id, status } = (await uploadFile(proxy, VIDEO, { name: 'a.mp4' })).json
    expect(status).toBe('uploaded')
    expect((await askChat(proxy, [byId(id)])).status).toBe(200)
    expect(sentParts(proxy)).toEqual([{ fileData: { mimeType: 'video/mp4', fileUri: expect.any(String) } }])
    expect((await get(`/v1/files/${id}`)).json).toMatchObject({ status: 'processed' })
  })

  test('that Gemini fails to process is a 400', async () => {
    const { id } = (await uploadFile(proxy, new Blob(['simulate:{"file":"FAILED"}']), { name: 'a.mp4' })).json
    const answer = await askChat(proxy, [byId(id)])
    expect([answer.status, answer.json]).toEqual([400, failure('invalid_value', PARAM)])
    expect((await get(`/v1/files/${id}`)).json).toMatchObject({ status: 'error' })
  })

  test('that is never ready is a 504 just before the deadline', async () => {
    const slow = await startProxy({ GEMINI_UPSTREAM: 'native', REQUEST_TIMEOUT_MS: '20000' })
    const { id } = (await uploadFile(slow, new Blob(['simulate:{"file":"PROCESSING"}']), { name: 'a.mp4' })).json
    const lookUps = () => slow.simulator.requests.filter(({ method }) => method === 'GET').length
    stopClock()
    const asked = askChat(slow, [byId(id)])
    await waitWithStoppedClock(() => lookUps() > 0)
    await advanceClock(19_999)
    const { status, json } = await asked
    startClock()
    expect([status, json]).toEqual([504, failure('upstream_timeout', PARAM, 'server_error')])
    await slow.close()
  })
})

describe('office documents', () => {
  const docx = { type: 'file', file: { filename: 'a.docx', file_data: 'UEsDBA==' } }
  test('are sent to Gemini 4, inline and by id', async () => {
    const { id } = (await uploadFile(proxy, new Blob(['PK']), { name: 'a.docx' })).json
    expect((await askChat(proxy, [docx, byId(id)], { model: 'gemini-4-hydrogen' })).status).toBe(200)
    expect(sentParts(proxy)).toEqual([
      { inlineData: { mimeType: DOCX, data: 'UEsDBA==' } },
      { fileData: { mimeType: DOCX, fileUri: expect.any(String) } },
    ])
  })

  test('are a 400 for other models, with an explanation', async () => {
    const { id } = (await uploadFile(proxy, new Blob(['PK']), { name: 'a.ods' })).json
    for (const part of [docx, byId(id)]) {
      const answer = await askChat(proxy, [part])
      expect([answer.status, answer.json]).toMatchObject([400, { error: { code: 'unsupported_value' } }])
      expect(answer.text).toMatch(/Convert the file to PDF or text, or use a Gemini 4 model/)
    }
    expect((await askChat(compat, [docx])).text).toContain('set GEMINI_UPSTREAM=native')
  })
})

describe('an upload', () => {
  test.each([
    ['with an unknown purpose', pdf(), { purpose: 'other' }, 'invalid_value', 'purpose'],
    ['for batches', pdf(), { purpose: 'batch' }, 'unsupported_value', 'purpose'],
    ['without content', new Blob([]), {}, 'invalid_value', 'file'],
    ['of unknown type', new Blob(['x']), { name: 'a.bin' }, 'unsupported_value', 'file'],
    ['with a long name', pdf(), { name: `${'ä'.repeat(200)}.pdf` }, 'invalid_value', 'file'],
    [
      'that expires too soon',
      pdf(),
      { 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '1' },
      'integer_below_min_value',
      'expires_after.seconds',
    ],
  ])('%s is a 400', async (_how, file, fields, code, param) => {
    const { status, json } = await uploadFile(proxy, file, fields)
    expect([status, json]).toEqual([400, failure(code, param)])
    expect(proxy.simulator.totalRequests).toBe(0)
  })

  test('lists expires_after as ignored', async () => {
    const fields = { 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '3600' }
    const { status, headers } = await uploadFile(proxy, pdf(), fields)
    expect([status, headers['x-gemini-proxy-ignored-params']]).toEqual([200, 'expires_after'])
  })

  test('gets its type from the file name if the form has none', async () => {
    for (const [name, type] of [
      ['a.MP3', 'audio/mp3'],
      ['notes.md', 'text/plain'],
      ['a.webm', 'video/webm'],
    ] as const) {
      await uploadFile(proxy, new Blob(['x']), { name })
      expect(proxy.simulator.requests.at(-2)?.headers['x-goog-upload-header-content-type']).toBe(type)
    }
  })

  test('that fails in its second step is repeated from the start', async () => {
    proxy.simulator.next({ path: 'upload_id', error: 'unavailable' })
    expect((await uploadFile(proxy, pdf())).status).toBe(200)
    expect(proxy.simulator.requests.map(({ path }) => path.includes('upload_id'))).toEqual([false, true, false, true])
  })

  test('is aborted if its client disconnects', async () => {
    proxy.simulator.next({ path: 'upload_id', hold: 'before-headers' })
    const controller = new AbortController()
    const form = new FormData()
    form.set('file', pdf(), 'a.pdf')
    form.set('purpose', 'user_data')
    const headers = { authorization: `Bearer ${TOKEN}` }
    const sent = fetch(`${proxy.origin}/v1/files`, { method: 'POST', body: form, headers, signal: controller.signal })
    await eventually(() => expect(proxy.simulator.totalRequests).toBe(2))
    controller.abort()
    await expect(sent).rejects.toThrow()
    await eventually(() => expect(proxy.simulator.abortedRequests).toBe(1))
  })

  test('and all other file operations are a 400 with the OpenAI-compatible API', async () => {
    const file = { path: '/v1/files/file-1' }
    const asks = [{ path: '/v1/files' }, file, { ...file, method: 'DELETE' }, { path: '/v1/files/file-1/content' }]
    const answers = [await uploadFile(compat, pdf()), ...(await Promise.all(asks.map((ask) => call(compat.origin, ask))))]
    for (const answer of answers) {
      expect([answer.status, answer.json]).toEqual([400, failure('unsupported_value')])
      expect(answer.text).toContain('set GEMINI_UPSTREAM=native')
    }
    expect((await askChat(compat, [byId('file-1')])).json).toEqual(failure('unsupported_value', PARAM))
  })
})
