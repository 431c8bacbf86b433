import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { UploadedFile } from '../../../src/contract/types.js'
import { readForm } from '../../../src/http/body/readForm.js'
import { call, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { pdf, uploadFile } from '../files/asking.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

/** Sends a form in which every field is a text, none a file. */
const sendTexts = (path: string, fields: Readonly<Record<string, string>>) => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return call(proxy.origin, { path, body: form })
}

const MADE_UP = (name: string) => ({
  [`${name}[bytes]`]: 'RIFF1234WAVE',
  [`${name}[filename]`]: 'a.wav',
  [`${name}[mediaType]`]: 'audio/wav',
})

test.each([
  ['/v1/files', 'file', { purpose: 'user_data' }],
  ['/v1/audio/transcriptions', 'file', { model: 'gemini-3.5-transcribe' }],
  ['/v1/images/edits', 'image', { model: 'gemini-3.1-flash-image', prompt: 'Paint it red.' }],
] as const)('POST %s refuses text fields that imitate the members of a file', async (path, name, fields) => {
  const answer = await sendTexts(path, { ...fields, ...MADE_UP(name) })
  expect([answer.status, answer.json]).toEqual([400, failure('invalid_type', name)])
  expect(proxy.simulator.totalRequests).toBe(0)
})

/**
 * Uploads a file of the given media type. The form is written by hand, because an HTTP client would
 * encode an invalid type.
 */
const sendRaw = (type: string) =>
  call(proxy.origin, {
    path: '/v1/files',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: Buffer.from(
      `--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: ${type}\r\n\r\n%PDF-1.7\r\n--x--\r\n`,
    ),
  })

describe('the media type of a file', () => {
  test.each(['application/\x01pdf', 'application/pdf\x00', 'application/pdf\tx', 'application/pdfé', '文/件', 'a/b, c/d', 'image/"x"'])(
    '%j is invalid, and is derived from the file name instead',
    async (type) => {
      expect((await sendRaw(type)).status).toBe(200)
      const started = proxy.simulator.requests.find(({ headers }) => headers['x-goog-upload-command'] === 'start')
      expect(started?.headers['x-goog-upload-header-content-type']).toBe('application/pdf')
    },
  )
})

test('POST /v1/files lists the fields that it does not forward as ignored', async () => {
  const { status, headers } = await uploadFile(proxy, pdf(), { folder: 'a', __proto__x: 'b' })
  expect([status, headers['x-gemini-proxy-ignored-params']]).toEqual([200, 'folder, __proto__x'])
})

describe('a large form', () => {
  const TYPE = 'multipart/form-data; boundary=x'
  const part = (bytes: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'),
      bytes,
      Buffer.from('\r\n--x--\r\n'),
    ])

  // Parsing ten such forms once took five minutes; the time limit of the test detects this.
  test('with millions of parts is refused, and the rest of it is not parsed', async () => {
    const body = Buffer.alloc(30 * 1_048_576, '--x\r\n\r\n\r\n')
    for (let form = 0; form < 10; form += 1)
      await expect(readForm(body, TYPE)).rejects.toMatchObject({ status: 413, code: 'request_too_large' })
  })

  test('is parsed without blocking other work, and its file is not copied', async () => {
    let turns = 0
    const count = (): void => {
      turns += 1
      timer = setImmediate(count)
    }
    let timer = setImmediate(count)
    // The parser searches the body in slices. The content repeats the start of a boundary, so that
    // a boundary could begin at the end of each slice.
    const content = Buffer.alloc(4 * 1_048_576, 'content\r\n--')
    const body = part(content)
    const { file } = await readForm(body, TYPE)
    clearImmediate(timer)
    expect(turns).toBeGreaterThan(16)
    const { bytes } = file as UploadedFile
    expect(content.equals(bytes)).toBe(true)
    expect(bytes.buffer).toBe(body.buffer)
  })
})
