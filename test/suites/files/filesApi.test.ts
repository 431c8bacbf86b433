import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { SDKS } from '../sdk/sdks.js'
import { MODEL, sentParts } from './asking.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const document = (name = 'report.pdf'): File => new File(['%PDF-1.7\n'], name, { type: 'application/pdf' })

describe.each(SDKS)('$name', ({ OpenAI }) => {
  const makeClient = () => new OpenAI({ baseURL: proxy.baseUrl, apiKey: TOKEN, maxRetries: 0 })

  test('uploads, lists, retrieves and deletes a file', async () => {
    const client = makeClient()
    const created = await client.files.create({ file: document('Bericht ä.pdf'), purpose: 'user_data' })
    expect(created).toMatchObject({ object: 'file', bytes: 9, filename: 'Bericht ä.pdf', purpose: 'user_data', status: 'processed' })
    expect(created.id).toMatch(/^file-[\w-]{30,200}$/)
    expect((created.expires_at ?? 0) - created.created_at).toBe(48 * 3600)
    expect(await client.files.retrieve(created.id)).toEqual(created)
    expect((await client.files.list()).data).toEqual([created])
    expect(await client.files.waitForProcessing(created.id)).toEqual(created)
    await expect(client.files.content(created.id)).rejects.toMatchObject({ status: 404, code: 'file_not_found' })
    const remove = client.files.delete ?? (client.files as unknown as { readonly del: typeof client.files.delete }).del
    expect(await remove.call(client.files, created.id)).toEqual({ id: created.id, object: 'file', deleted: true })
    await expect(remove.call(client.files, created.id)).rejects.toMatchObject({ status: 404, code: 'file_not_found' })
    await expect(client.files.retrieve(created.id)).rejects.toMatchObject({ status: 404, code: 'file_not_found' })
    expect((await client.files.list()).data).toEqual([])
  })

  test('uses a file in a chat and in a response', async () => {
    const client = makeClient()
    const { id } = await client.files.create({ file: document(), purpose: 'user_data' })
    const stored = { fileData: { mimeType: 'application/pdf', fileUri: expect.stringMatching(/\/v1beta\/files\/\w+$/) } }
    const completion = await client.chat.completions.create({
      model: MODEL,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'file', file: { file_id: id } },
          ],
        },
      ],
    })
    expect(completion.choices[0]?.finish_reason).toBe('stop')
    expect(sentParts(proxy)).toEqual([stored])
    const response = await client.responses.create({
      model: MODEL,
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_file', file_id: id },
            { type: 'input_text', text: 'And this?' },
          ],
        },
      ],
    })
    expect(response.status).toBe('completed')
    expect(sentParts(proxy)).toEqual([stored, { text: 'And this?' }])
  })

  test('lists files in pages', async () => {
    const client = makeClient()
    const made: string[] = []
    for (const name of ['a.pdf', 'b.pdf', 'c.pdf'])
      made.push((await client.files.create({ file: document(name), purpose: 'assistants' })).id)
    const listed: string[] = []
    for await (const { id } of await client.files.list({ limit: 2 } as object)) listed.push(id)
    expect([...listed].sort()).toEqual([...made].sort())
    expect((await client.files.list({ purpose: 'vision' })).data).toEqual([])
  })
})
