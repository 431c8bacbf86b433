import type OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { call, failure } from '../../support/contractHook.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { seePicture } from '../images/pictures.js'
import { type Answer, answerOf, type Event, eventsOf, openai, prompt, WEATHER } from './asking.js'

const IMAGES = 'gemini-3.1-flash-image'
const TOOL = { type: 'image_generation' } as const

let proxy: ProxyUnderTest
let compat: ProxyUnderTest
let client: OpenAI
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0', MODEL_ALIASES: 'gpt-image-*=gemini-3-pro-image' })
  compat = await startProxy({ GEMINI_UPSTREAM: 'compat', MAX_RETRIES: '0' })
  client = openai(proxy)
})
beforeEach(() => proxy.simulator.reset())
afterAll(async () => {
  await proxy?.close()
  await compat?.close()
})

type Item = Answer['output'][number]
type Made = Extract<Item, { type: 'image_generation_call' }>
interface Part {
  readonly text?: string
  readonly inlineData?: { readonly mimeType: string; readonly data: string }
  readonly thoughtSignature?: string
}
interface Body {
  readonly contents: readonly { readonly role: string; readonly parts: readonly Part[] }[]
  readonly generationConfig?: Readonly<Record<string, unknown>>
}

const imagesIn = ({ output }: Pick<Answer, 'output'>): Made[] =>
  output.filter((item): item is Made => item.type === 'image_generation_call')
const typesOf = ({ output }: Answer): string[] => output.map(({ type }) => type)
// The cast is safe: the simulator has accepted this body.
const sent = (): Body => proxy.simulator.requests.at(-1)?.body as Body
const ask = (body: object, from = proxy) => call(from.origin, { path: '/v1/responses', body: { model: IMAGES, ...body } })
const ignoredIn = ({ headers }: Awaited<ReturnType<typeof ask>>): unknown => headers['x-gemini-proxy-ignored-params']
const draw = (behaviour: Behaviour = {}): string => prompt({ text: 'Here it is.', ...behaviour })
const create = (more: object = {}) =>
  client.responses.create({ model: IMAGES, input: draw(), tools: [TOOL], ...more } as OpenAI.Responses.ResponseCreateParamsNonStreaming)

describe('an image', () => {
  test('is a separate item after the text, in base64', async () => {
    const answer = await create()
    expect(typesOf(answer)).toEqual(['message', 'image_generation_call'])
    const [image] = imagesIn(answer)
    expect(image).toMatchObject({ id: expect.stringMatching(/^ig_[0-9a-f]{32}$/), status: 'completed', output_format: 'jpeg' })
    expect(seePicture(image?.result ?? '')).toMatchObject({ format: 'jpeg' })
    expect(sent().generationConfig).toMatchObject({ responseModalities: ['TEXT', 'IMAGE'] })
  })

  test("has OpenAI's stream events in order", async () => {
    const events = await eventsOf(client, { model: IMAGES, input: draw(), tools: [TOOL] })
    const [image] = imagesIn(answerOf(events))
    const ofImage = events.filter(
      (event) => ('item_id' in event && event.item_id === image?.id) || ('item' in event && event.item.id === image?.id),
    )
    expect(ofImage.map(({ type }) => type)).toEqual([
      'response.output_item.added',
      'response.image_generation_call.in_progress',
      'response.image_generation_call.generating',
      'response.image_generation_call.completed',
      'response.output_item.done',
    ])
    expect(ofImage[0]).toMatchObject({ output_index: 1, item: { status: 'in_progress', result: null } })
    expect(ofImage.at(-1)).toMatchObject({ output_index: 1, item: { status: 'completed', result: image?.result } })
    const types = events.map(({ type }) => type)
    // The output item of the text must be complete before the item of the image begins.
    expect(types.indexOf('response.output_item.done')).toBeLessThan(types.indexOf('response.image_generation_call.in_progress'))
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index))
  })

  test('can be one of several, each with its own item', async () => {
    const answer = await create({ input: draw({ images: 3 }) })
    expect(new Set(imagesIn(answer).map(({ id }) => id)).size).toBe(3)
  })

  test('is returned without the tool, too, by a model that makes images', async () => {
    expect(imagesIn(await create({ tools: undefined }))).toHaveLength(1)
    expect(imagesIn(answerOf(await eventsOf(client, { model: IMAGES, input: draw() })))).toHaveLength(1)
  })

  test('is optional: the model may only write text', async () => {
    expect(typesOf(await create({ input: draw({ images: 0 }) }))).toEqual(['message'])
  })

  test.each([false, true])('does not count toward the token limit of the text around it (stream: %s)', async (isStream) => {
    const request = { model: IMAGES, input: draw({ text: 'Here is the lighthouse.' }), max_output_tokens: 100 }
    const answer = isStream ? answerOf(await eventsOf(client, request)) : await client.responses.create(request)
    expect([answer.status, imagesIn(answer).length]).toEqual(['completed', 1])
    expect(JSON.stringify(answer.output)).toContain('Here is the lighthouse.')
  })

  test('that a filter withholds makes the response incomplete', async () => {
    const answer = await create({ input: draw({ finish: 'IMAGE_SAFETY', text: '', images: 0 }) })
    expect([answer.status, answer.incomplete_details]).toEqual(['incomplete', { reason: 'content_filter' }])
  })
})

describe('partial images', () => {
  const draftsIn = (events: readonly Event[]) => events.filter(({ type }) => type === 'response.image_generation_call.partial_image')

  test.each([
    [0, 0],
    [1, 1],
    [3, 2],
  ])('are those that the model has drawn: %i requested of 2 are %i', async (wanted, got) => {
    const tools = [{ ...TOOL, partial_images: wanted }]
    const events = await eventsOf(client, { model: IMAGES, input: draw({ drafts: 2 }), tools })
    expect(draftsIn(events).map((event) => 'partial_image_index' in event && event.partial_image_index)).toEqual([0, 1].slice(0, got))
    const [image, ...others] = imagesIn(answerOf(events))
    expect(others).toEqual([])
    expect(draftsIn(events).every((event) => 'item_id' in event && event.item_id === image?.id)).toBe(true)
  })

  test('are omitted if the response is not streamed, and the parameter is listed as ignored', async () => {
    const answer = await ask({ input: draw({ drafts: 2 }), tools: [{ ...TOOL, partial_images: 2 }] })
    expect(imagesIn(answer.json as Answer)).toHaveLength(1)
    expect(ignoredIn(answer)).toBe('tools[0].partial_images')
  })
})

describe('the image_generation tool', () => {
  test('sets aspect ratio and size', async () => {
    const answer = await create({ tools: [{ ...TOOL, size: '1536x1024', quality: 'high' }] })
    expect(seePicture(imagesIn(answer)[0]?.result ?? '').ratio).toBe('3:2')
    expect(sent().generationConfig).toMatchObject({ imageConfig: { aspectRatio: '3:2', imageSize: '4K' } })
  })

  test.each<[what: string, tool: object, ignored: string | undefined]>([
    [
      'parameters that Gemini does not have',
      { output_format: 'webp', output_compression: 50, moderation: 'low', input_fidelity: 'high' },
      'output_format output_compression moderation input_fidelity',
    ],
    ['a mask', { input_image_mask: { file_id: 'file_1' } }, 'input_image_mask'],
    ['an action and an unknown parameter', { action: 'edit', new_one: 1 }, 'action new_one'],
    [
      'nothing for default values',
      { size: 'auto', quality: 'auto', background: 'opaque', moderation: 'auto', action: 'auto', partial_images: 0 },
      undefined,
    ],
  ])('lists as ignored: %s', async (_what, tool, ignored) => {
    const answer = await ask({ input: draw(), tools: [{ ...TOOL, ...tool }] })
    const names = ignored
      ?.split(' ')
      .map((name) => `tools[0].${name}`)
      .join(', ')
    expect([answer.status, ignoredIn(answer)]).toEqual([200, names])
  })

  test('in tool_choice is listed as ignored, as no model can be forced to draw', async () => {
    const answer = await ask({ input: draw(), tools: [TOOL], tool_choice: TOOL })
    expect([answer.status, ignoredIn(answer)]).toEqual([200, 'tool_choice'])
  })

  test.each<[what: string, body: object, code: string, param: string]>([
    ['a transparent background', { tools: [{ ...TOOL, background: 'transparent' }] }, 'unsupported_value', 'tools[0].background'],
    ['an aspect ratio that Gemini does not support', { tools: [{ ...TOOL, size: '100x1000' }] }, 'invalid_value', 'tools[0].size'],
    ['an unknown quality', { tools: [{ ...TOOL, quality: 'best' }] }, 'invalid_value', 'tools[0].quality'],
    ['four drafts', { tools: [{ ...TOOL, partial_images: 4 }] }, 'integer_above_max_value', 'tools[0].partial_images'],
    ['a text model', { model: 'gemini-3.8-flash', tools: [TOOL] }, 'unsupported_value', 'tools[0]'],
    [
      'a text model, if the tool is chosen',
      { model: 'gemini-3.8-flash', tools: [WEATHER, TOOL], tool_choice: TOOL },
      'unsupported_value',
      'tools[1]',
    ],
    [
      'another text model in the tool',
      { model: 'gemini-3.8-flash', tools: [{ ...TOOL, model: 'gemini-3.5-flash' }] },
      'unsupported_value',
      'tools[0]',
    ],
    [
      'an unknown model in the tool',
      { model: 'gemini-3.8-flash', tools: [{ ...TOOL, model: 'dall-e-3' }] },
      'unsupported_value',
      'tools[0]',
    ],
  ])('is a 400 for %s', async (_what, body, code, param) => {
    const { status, json } = await ask({ input: draw(), ...body })
    expect([status, json]).toEqual([400, failure(code, param)])
    if (param === 'tools[0]') expect(JSON.stringify(json)).toContain('gemini-3.1-flash-image')
    expect(proxy.simulator.requests).toEqual([])
  })

  test('is left out and listed as ignored beside other tools on a text model, as agents send it', async () => {
    const answer = await ask({ model: 'gemini-3.8-flash', input: 'hi', tools: [WEATHER, TOOL] })
    expect([answer.status, ignoredIn(answer)]).toEqual([200, 'tools[1]'])
  })

  test('can name the model that makes the image, also by an alias', async () => {
    const answer = await ask({ model: 'gemini-3.8-flash', input: draw(), tools: [{ ...TOOL, model: 'gpt-image-1' }] })
    expect(imagesIn(answer.json as Answer)).toHaveLength(1)
    expect([(answer.json as Answer).model, answer.headers['x-gemini-proxy-model']]).toEqual(['gemini-3.8-flash', 'gemini-3-pro-image'])
  })

  test('requires the native API', async () => {
    const { status, json } = await ask({ input: draw(), tools: [TOOL] }, compat)
    expect([status, json]).toEqual([400, failure('unsupported_value', 'tools[0]')])
    expect(JSON.stringify(json)).toContain('GEMINI_UPSTREAM=native')
  })
})

describe('an image in the input', () => {
  /** Lists the turns that Gemini received: the role, and `text` or the media type of each part. */
  const shapeOf = ({ contents }: Body): string[] =>
    contents.map(({ role, parts }) => `${role}: ${parts.map(({ inlineData }) => inlineData?.mimeType ?? 'text').join(', ')}`)
  const signaturesIn = ({ contents }: Body): (string | undefined)[] =>
    contents.flatMap(({ role, parts }) => parts.flatMap((part) => (role === 'model' && part.inlineData ? [part.thoughtSignature] : [])))

  test('can be the model’s own over three turns, sent back as items', async () => {
    const input: unknown[] = [{ role: 'user', content: draw() }]
    for (const _ of [1, 2, 3]) {
      const answer = await create({ input: [...input], store: false })
      input.push(...answer.output, { role: 'user', content: draw() })
    }
    expect(shapeOf(sent())).toEqual(['user: text', 'model: text, image/jpeg', 'user: text', 'model: text, image/jpeg', 'user: text'])
  })

  test('can be the model’s own by previous_response_id, with its signature', async () => {
    const first = await create()
    const second = await create({ previous_response_id: first.id })
    await create({ previous_response_id: second.id })
    expect(shapeOf(sent())).toEqual(['user: text', 'model: text, image/jpeg', 'user: text', 'model: text, image/jpeg', 'user: text'])
    expect(signaturesIn(sent())).toEqual([expect.any(String), expect.any(String)])
    const parts = sent().contents[1]?.parts ?? []
    expect(parts.find(({ inlineData }) => inlineData)?.inlineData?.data).toBe(imagesIn(first)[0]?.result)
  })

  test('has no signature in the response for the client', async () => {
    const { id } = await create()
    expect(JSON.stringify(await client.responses.retrieve(id))).not.toContain('thought_signature')
  })

  test('can be a stored one, referenced by its id', async () => {
    const [image] = imagesIn(await create())
    await create({
      input: [
        { role: 'user', content: draw() },
        { type: 'image_generation_call', id: image?.id },
        { role: 'user', content: draw() },
      ],
    })
    expect(shapeOf(sent())).toEqual(['user: text', 'model: image/jpeg', 'user: text'])
  })

  test.each<[what: string, item: object, status: number, code: string, param: string]>([
    ['an id that is not stored', { id: 'ig_1' }, 404, 'item_not_found', 'input[1]'],
    ['an empty result', { id: 'ig_1', result: '' }, 400, 'invalid_value', 'input[1].result'],
  ])('is an error for %s', async (_what, item, status, code, param) => {
    const input = [
      { role: 'user', content: 'a' },
      { type: 'image_generation_call', ...item },
      { role: 'user', content: draw() },
    ]
    const answer = await ask({ input })
    expect([answer.status, answer.json]).toEqual([status, failure(code, param)])
  })

  test('that failed is left out and listed as ignored', async () => {
    const failed = { type: 'image_generation_call', id: 'ig_1', status: 'failed', result: null }
    const answer = await ask({ input: [{ role: 'user', content: 'a' }, failed, { role: 'user', content: draw() }] })
    expect([answer.status, ignoredIn(answer)]).toEqual([200, 'input[1]'])
  })

  test('is left out and listed as ignored for a model that does not make images', async () => {
    const [image] = imagesIn(await create())
    const answer = await ask({
      model: 'gemini-3.8-flash',
      input: [{ role: 'user', content: 'a' }, image, { role: 'user', content: 'What was it?' }],
    })
    expect([answer.status, ignoredIn(answer)]).toEqual([200, 'input[1]'])
  })
})
