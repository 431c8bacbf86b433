import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { requireShared } from './shared.js'

interface Recording {
  readonly request: { readonly method: string; readonly url: string; readonly headers: Record<string, string>; readonly body: unknown }
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: unknown }
}

const shared = requireShared('recordings/native')

const read = (name: string): Recording =>
  // The cast is safe: the README of the recordings describes this format.
  JSON.parse(readFileSync(join(shared, 'recordings', 'native', `${name}.json`), 'utf8')) as Recording

const RECORDED_ID = 'qi1b6ynxmps4'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

/**
 * Sends a recorded request to the simulator, with the simulator's ids of the file and of the upload
 * in place of the recorded ones.
 */
async function replay({ request }: Recording, id: string, uploadId: string): Promise<{ response: Response; text: string }> {
  const { pathname, search } = new URL(request.url)
  const path = `${pathname}${search}`.replace(RECORDED_ID, id).replace('UPLOAD_ID', uploadId)
  const { 'content-length': _length, ...recorded } = request.headers
  const headers = { ...recorded, 'x-goog-api-key': 'valid' }
  const body = typeof request.body === 'string' || request.body === null ? request.body : JSON.stringify(request.body)
  const response = await fetch(`${simulator.origin}${path}`, { method: request.method, headers, body })
  return { response, text: await response.text() }
}

/**
 * Replaces each value in some JSON by its type, so that responses with different values are equal.
 */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]))
}

test('the simulator stores, lists and deletes a file like the native API', async () => {
  const [start, finalize, list, remove] = ['files-upload-1-start', 'files-upload-2-finalize', 'files-list', 'files-delete'].map(read) as [
    Recording,
    Recording,
    Recording,
    Recording,
  ]
  const begun = await replay(start, '', '')
  expect([begun.response.status, begun.text, begun.response.headers.get('content-type')]).toEqual([200, '', 'text/plain; charset=utf-8'])
  for (const name of Object.keys(start.response.headers).filter((each) => /^x-goog-upload-(?!header)/.test(each)))
    expect([name, begun.response.headers.get(name)]).toEqual([name, expect.any(String)])
  const uploadId = new URL(begun.response.headers.get('x-goog-upload-url') ?? '').searchParams.get('upload_id') ?? ''
  const done = await replay(finalize, '', uploadId)
  expect([done.response.status, done.response.headers.get('x-goog-upload-status')]).toEqual([200, 'final'])
  const { file } = JSON.parse(done.text) as { readonly file: { readonly name: string; readonly sizeBytes: string } }
  expect(shapeOf({ file })).toEqual(shapeOf(finalize.response.body))
  expect(file).toMatchObject({ sizeBytes: '34', displayName: 'test.txt', mimeType: 'text/plain', state: 'ACTIVE' })
  expect((file as { readonly sha256Hash?: string }).sha256Hash).toBe(
    (finalize.response.body as { readonly file: { readonly sha256Hash: string } }).file.sha256Hash,
  )
  const listed = await replay(list, '', '')
  expect(shapeOf(JSON.parse(listed.text))).toEqual(shapeOf(list.response.body))
  const id = file.name.slice('files/'.length)
  const removed = await replay(remove, id, '')
  expect([removed.response.status, JSON.parse(removed.text)]).toEqual([200, remove.response.body])
  expect((await replay(remove, id, '')).response.status).toBe(403)
})
