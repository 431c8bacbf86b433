import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { seePicture } from './pictures.js'

let proxy: ProxyUnderTest
let client: OpenAI
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0' })
  client = new OpenAI({ baseURL: proxy.baseUrl, apiKey: TOKEN, maxRetries: 0 })
})
beforeEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const MODEL = 'gemini-3-pro-image'
const ASK = { role: 'user', content: 'Draw a lighthouse, and say so' } as const
const NEXT = { role: 'user', content: 'Make it night' } as const

interface Image {
  readonly type: 'image_url'
  readonly image_url: { readonly url: string }
  readonly extra_content: { readonly google: { readonly thought_signature: string } }
}
type Answer = OpenAI.Chat.ChatCompletionMessageParam & { content: string; images: Image[]; extra_content: Image['extra_content'] }
type Part = { text?: string; thoughtSignature?: string; inlineData?: { mimeType: string; data: string } }

/** Returns the parts of the model's turn in the last request to Gemini. */
const sentTurn = (): Part[] => {
  const body = proxy.simulator.requests.at(-1)?.body as { contents: { role: string; parts: Part[] }[] } | undefined
  return body?.contents.find(({ role }) => role === 'model')?.parts ?? []
}
const sentModalities = (): unknown => {
  const body = proxy.simulator.requests.at(-1)?.body as { generationConfig?: { responseModalities?: unknown } } | undefined
  return body?.generationConfig?.responseModalities
}
const dataOf = ({ image_url: { url } }: Image): string => url.slice(url.indexOf(',') + 1)

const ask = async (modalities: string[], isStream: boolean): Promise<Answer> => {
  const body = {
    model: MODEL,
    messages: [ASK],
    modalities,
    stream: isStream,
  } as unknown as OpenAI.Chat.ChatCompletionCreateParamsNonStreaming
  if (!isStream) return (await client.chat.completions.create(body)).choices[0]?.message as unknown as Answer
  const { choices } = await client.chat.completions.stream(body as never).finalChatCompletion()
  return choices[0]?.message as unknown as Answer
}
const goOn = (messages: unknown[]) =>
  client.chat.completions.create({ model: MODEL, messages: messages as OpenAI.Chat.ChatCompletionMessageParam[] })

describe.each([false, true])('an answer with an image, streamed: %s', (isStream) => {
  test.each([
    [
      ['image', 'text'],
      ['IMAGE', 'TEXT'],
    ],
    [
      ['text', 'image'],
      ['TEXT', 'IMAGE'],
    ],
    [['image'], ['IMAGE']],
  ])('has the image for the modalities %j', async (modalities, sent) => {
    const { images, content } = await ask(modalities, isStream)
    expect([sentModalities(), images.length, Boolean(content)]).toEqual([sent, 1, modalities.length > 1])
    expect(images.map((image) => seePicture(dataOf(image)))).toEqual([{ format: 'jpeg', ratio: '1:1', width: 64 }])
  })

  test('is sent back unchanged, with its signatures, and can be edited', async () => {
    const answer = await ask(['text', 'image'], isStream)
    const [image] = answer.images
    if (image === undefined) throw new Error('There is no image.')
    const { choices } = await goOn([ASK, answer, NEXT])
    expect(sentTurn()).toEqual([
      { text: answer.content, thoughtSignature: answer.extra_content.google.thought_signature },
      { inlineData: { mimeType: 'image/jpeg', data: dataOf(image) }, thoughtSignature: image.extra_content.google.thought_signature },
    ])
    expect((choices[0]?.message as unknown as Answer | undefined)?.images).toHaveLength(1)
  })

  test('may be sent back as parts of its content', async () => {
    const { content, images } = await ask(['text', 'image'], isStream)
    await goOn([ASK, { role: 'assistant', content: [{ type: 'text', text: content }, ...images] }, NEXT])
    const [text, picture] = sentTurn()
    expect([text?.text, picture?.inlineData?.data]).toEqual([content, images.map(dataOf)[0]])
    expect(picture?.thoughtSignature).toBe(images[0]?.extra_content.google.thought_signature)
  })
})

test('a user message may contain the image of an answer, for clients that cannot send back such answers', async () => {
  const { images } = await ask(['text', 'image'], false)
  const content = [
    { type: 'image_url', image_url: { url: images[0]?.image_url.url } },
    { type: 'text', text: 'Make it night' },
  ]
  expect((await goOn([{ role: 'user', content }])).choices).toHaveLength(1)
})
