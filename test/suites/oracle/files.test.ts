import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import contract from '../../../generated/openapi.json' with { type: 'json' }
import { call } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { pdf, uploadFile } from '../files/asking.js'
import { makeOracle, readOfficial } from './officialSchema.js'
import { requireShared } from './shared.js'

// The run must fail without OpenAI's API description: the tests compare responses with it.
const shared = requireShared('openai/openapi.json')
const official = readOfficial(join(shared, 'openai', 'openapi.json'))
const problemOf = makeOracle(official)

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
})
afterAll(() => proxy.close())

interface Parameter {
  readonly name: string
  readonly in: string
}
interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly operationId: string; readonly parameters?: readonly Parameter[] }>>>
  >
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly properties?: object; readonly required?: readonly string[] }>>
  }
}

test("a file, a list and a deletion match OpenAI's schemas", async () => {
  const { id, ...file } = (await uploadFile(proxy, pdf())).json
  expect(problemOf('OpenAIFile', { id, ...file })).toBeUndefined()
  const video = (await uploadFile(proxy, new Blob(['x']), { name: 'a.mp4' })).json
  expect(problemOf('OpenAIFile', video)).toBeUndefined()
  expect(problemOf('ListFilesResponse', (await call(proxy.origin, { path: '/v1/files' })).json)).toBeUndefined()
  const deleted = await call(proxy.origin, { method: 'DELETE', path: `/v1/files/${id}` })
  expect(problemOf('DeleteFileResponse', deleted.json)).toBeUndefined()
})

test('every operation, parameter and form field of OpenAI is declared', () => {
  const [theirs, ours] = [official as unknown as Document, contract as unknown as Document]
  const inPaths = ({ paths }: Document, prefix: string): string[] =>
    ['/files', '/files/{file_id}', '/files/{file_id}/content'].flatMap((path) =>
      Object.entries(paths[`${prefix}${path}`] ?? {}).flatMap(([method, { operationId, parameters = [] }]) => [
        `${method} ${path} ${operationId}`,
        ...parameters.map(({ name, in: place }) => `${operationId} ${place} ${name}`),
      ]),
    )
  expect(inPaths(ours, '/v1').sort()).toEqual(inPaths(theirs, '').sort())
  const fieldsOf = ({ components }: Document): string[] => Object.keys(components.schemas.CreateFileRequest?.properties ?? {}).sort()
  expect(fieldsOf(ours)).toEqual(fieldsOf(theirs))
  expect(fieldsOf(ours)).toEqual(['expires_after', 'file', 'purpose'])
})
