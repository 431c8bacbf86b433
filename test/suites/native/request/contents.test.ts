import { describe, expect, test } from 'vitest'
import { applyRepairs } from '../../../../src/contract/repair.js'
import type { ChatCompletionRequest } from '../../../../src/contract/types.js'
import { TurnParts } from '../../../../src/upstream/native/answer/turnParts.js'
import { toGenerateContent } from '../../../../src/upstream/native/request/toGenerateContent.js'
import type { Part } from '../../../../src/upstream/native/wire/types.js'
import { REQUEST_REPAIRS } from '../../../../src/upstream/request/repairs/order.js'
import { call, contextOf, HELLO, type RepairCase, toRequest } from '../../repairs/request/cases.js'

const PNG = 'data:image/png;base64,iVBORw0KGgo='
const image = (url = PNG, more: object = {}) => ({ type: 'image_url', image_url: { url }, ...more })
const signed = (signature: string) => ({ extra_content: { google: { thought_signature: signature } } })
const PNG_PART = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }

/** Encodes a request, after its repairs, as the native codec does. */
function encode(raw: object, more: Pick<RepairCase, 'asked' | 'served' | 'calls' | 'areSignaturesRefused'> = {}) {
  const ignored: string[] = []
  const context = contextOf({ upstream: 'native', asked: 'gemini-3.5-flash', ...more }, ignored)
  const request = toRequest({ messages: HELLO, ...raw })
  const chat: ChatCompletionRequest = applyRepairs(REQUEST_REPAIRS, request, context)
  return { ...toGenerateContent(chat, context, []), ignored }
}

describe('images of an earlier answer', () => {
  const messages = [...HELLO, { role: 'assistant', content: 'Here.', images: [image(PNG, signed('SW1n'))], ...signed('VGV4') }, ...HELLO]

  test('are sent to an image model as parts, each with its signature', () => {
    const { contents, ignored } = encode({ messages }, { asked: 'gemini-3.1-flash-image' })
    expect(contents[1]?.parts).toEqual([
      { text: 'Here.', thoughtSignature: 'VGV4' },
      { ...PNG_PART, thoughtSignature: 'SW1n' },
    ])
    expect(ignored).toEqual([])
  })

  test('are sent if the content consists of images only', () => {
    const shown = [...HELLO, { role: 'assistant', content: [image()], ...signed('SW1n') }, ...HELLO]
    const { contents } = encode({ messages: shown }, { asked: 'gemini-3.1-flash-image' })
    expect(contents[1]?.parts).toEqual([{ ...PNG_PART, thoughtSignature: 'SW1n' }])
  })

  test.each<[string, object, Pick<RepairCase, 'served' | 'areSignaturesRefused'>]>([
    ['of another model', signed('SW1n'), { served: 'gemini-3-pro-image' }],
    ['after Gemini refused the signatures', signed('SW1n'), { areSignaturesRefused: true }],
    ['that is not valid base64', signed('not base64!'), {}],
  ])('are sent without a signature %s', (_, extra, more) => {
    const shown = [...HELLO, { role: 'assistant', images: [image(PNG, extra)] }, ...HELLO]
    const { contents } = encode({ messages: shown }, { asked: 'gemini-3.1-flash-image', ...more })
    expect(contents[1]?.parts).toEqual([PNG_PART])
  })

  test('are left out and listed as ignored for a model that does not make images', () => {
    const { contents, ignored } = encode({ messages })
    expect(contents[1]?.parts).toEqual([{ text: 'Here.', thoughtSignature: 'VGV4' }])
    expect(ignored).toEqual(['messages[1].images'])
  })

  test('are refused unless they are data URIs', () => {
    const linked = [...HELLO, { role: 'assistant', images: [image('https://example.org/a.png')] }, ...HELLO]
    expect(() => encode({ messages: linked }, { asked: 'gemini-3.1-flash-image' })).toThrow('data URI')
  })
})

test.each([
  ['wav', 'audio/wav'],
  ['mp3', 'audio/mpeg'],
  ['aiff', 'audio/aiff'],
  ['aac', 'audio/aac'],
  ['ogg', 'audio/ogg'],
  ['flac', 'audio/flac'],
])('a recording in the format %s is sent as %s', (format, mimeType) => {
  const spoken = { type: 'input_audio', input_audio: { data: 'UklGRg==', format } }
  const { contents, ignored } = encode({ messages: [{ role: 'user', content: [spoken] }] })
  expect(contents[0]?.parts).toEqual([{ inlineData: { mimeType, data: 'UklGRg==' } }])
  expect(ignored).toEqual([])
})

test.each(['application/xml', 'application/x-yaml', 'application/json', 'application/soap+xml'])(
  'a file of the type %s is sent as text',
  (type) => {
    const file = { type: 'file', file: { file_data: `data:${type};base64,PGEvPg==` } }
    const { contents } = encode({ messages: [{ role: 'user', content: [file] }] })
    expect(contents[0]?.parts).toEqual([{ inlineData: { mimeType: 'text/plain', data: 'PGEvPg==' } }])
  },
)

describe('media in a tool result', () => {
  const audio = { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }
  const result = { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'Two.' }, image(), audio] }
  const messages = [...HELLO, { role: 'assistant', tool_calls: [call('a')] }, result]

  test('are sent inside the result if Gemini 3 supports them there; other media follow it', () => {
    const { contents } = encode({ messages })
    expect(contents[2]?.parts).toEqual([
      { functionResponse: { id: 'a', name: 'weather', response: { result: 'Two.' }, parts: [PNG_PART] } },
    ])
    expect(contents[3]?.parts[1]).toEqual({ inlineData: { mimeType: 'audio/wav', data: 'UklGRg==' } })
  })

  test('are sent without a resolution inside the result, where Google does not support it', () => {
    const detailed = { type: 'image_url', image_url: { url: PNG, detail: 'low' } }
    const shown = [...messages.slice(0, -1), { ...result, content: [detailed] }, { role: 'user', content: [detailed] }]
    const { contents } = encode({ messages: shown })
    expect(contents[2]?.parts[0]?.functionResponse?.parts).toEqual([PNG_PART])
    expect(contents[3]?.parts).toEqual([{ ...PNG_PART, mediaResolution: { level: 'MEDIA_RESOLUTION_LOW' } }])
  })

  test('all follow the result before Gemini 3', () => {
    const { contents } = encode({ messages }, { asked: 'gemini-2.5-flash' })
    expect(contents[2]?.parts[0]?.functionResponse).not.toHaveProperty('parts')
    expect(contents[3]?.parts).toHaveLength(3)
  })
})

describe('the parts of an answer with a search', () => {
  const PARTS: Part[] = [
    { text: 'I look. ', thoughtSignature: 'QQ==' },
    { toolCall: { toolType: 'GOOGLE_SEARCH_WEB', id: 's' }, thoughtSignature: 'Qg==' },
    { toolResponse: { toolType: 'GOOGLE_SEARCH_WEB', id: 's' }, thoughtSignature: 'Qw==' },
    { functionCall: { id: 'u', name: 'weather', args: {} }, thoughtSignature: 'RA==' },
    { text: 'Wait.' },
  ]
  const OWN_CALL = { functionCall: { id: 'u', name: 'weather', args: { city: 'Oslo' } }, thoughtSignature: 'RA==' }
  const partsFor = (content: string, calls = [call('a')]) =>
    encode(
      {
        messages: [
          ...HELLO,
          { role: 'assistant', content, tool_calls: calls },
          ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'x' })),
        ],
      },
      { calls: { a: { upstreamId: 'u', parts: PARTS, signature: 'RA==' } } },
    ).contents[1]?.parts

  test("are replayed unchanged, with the client's arguments", () => {
    expect(partsFor('I look. Wait.')).toEqual([...PARTS.slice(0, 3), OWN_CALL, PARTS[4]])
  })

  test('are replayed without their texts if the client changed the text', () => {
    expect(partsFor('Changed.')).toEqual([{ text: 'Changed.' }, PARTS[1], PARTS[2], OWN_CALL])
  })

  test('are replayed without their calls if the client sends other calls', () => {
    expect(partsFor('I look. Wait.', [call('a'), call('b')])?.map((part) => Object.keys(part)[0])).toEqual([
      'text',
      'toolCall',
      'toolResponse',
      'text',
      'functionCall',
      'functionCall',
    ])
  })
})

describe('the stored parts of an answer', () => {
  const replayed = (...events: Part[][]) => {
    const turn = new TurnParts()
    for (const parts of events) turn.add(parts)
    return turn.replayParts()
  }
  const TOOL = { toolCall: { id: 's' }, thoughtSignature: 'Qg==' }

  test('are the parts of all events, without thoughts; adjacent unsigned texts are joined', () => {
    const end = { text: '', thoughtSignature: 'RA==' }
    expect(replayed([{ text: 'a', thought: true }, TOOL], [{ text: 'a' }], [{ text: 'b' }, { text: '' }], [end])).toEqual([
      TOOL,
      { text: 'ab' },
      end,
    ])
  })

  test('are omitted if the answer has only text and calls', () => {
    expect(replayed([{ text: 'a' }, { functionCall: { name: 'f' } }])).toBeUndefined()
  })
})

describe('the system instruction', () => {
  const messages = [{ role: 'system', content: 'Be brief.' }, ...HELLO]

  test('is prepended to the first message for a model without system instructions', () => {
    const { systemInstruction, contents } = encode({ messages }, { asked: 'gemma-3-27b-it' })
    expect(systemInstruction).toBeUndefined()
    expect(contents).toEqual([{ role: 'user', parts: [{ text: 'Be brief.\n\nHello' }] }])
  })

  test('is sent as systemInstruction to other models', () => {
    expect(encode({ messages })).toMatchObject({ systemInstruction: { parts: [{ text: 'Be brief.' }] } })
  })
})

describe('cached content', () => {
  const extra_body = { google: { cached_content: 'cachedContents/x' } }

  test('is sent by name', () => {
    expect(encode({ extra_body })).toMatchObject({ cachedContent: 'cachedContents/x' })
  })

  test.each([
    ['beside an instruction', { messages: [{ role: 'system', content: 'Be brief.' }, ...HELLO] }, 'gemini-3.5-flash'],
    ['beside tools', { tools: [{ type: 'function', function: { name: 'f' } }] }, 'gemini-3.5-flash'],
    ['of a model that does not support caching', {}, 'gemini-4-argon'],
  ])('%s is refused with its parameter name', (_, raw, asked) => {
    const param = 'extra_body.google.cached_content'
    expect(() => encode({ ...raw, extra_body }, { asked })).toThrow(expect.objectContaining({ param }))
  })
})

test('parallel_tool_calls: false is listed as ignored', () => {
  const tools = [{ type: 'function', function: { name: 'f' } }]
  expect(encode({ tools, parallel_tool_calls: false }).ignored).toEqual(['parallel_tool_calls'])
})

test('`strict: true` of a function is sent as the mode VALIDATED', () => {
  const tools = [{ type: 'function', function: { name: 'f', strict: true } }]
  expect(encode({ tools }).toolConfig).toEqual({ functionCallingConfig: { mode: 'VALIDATED' } })
  expect(encode({ tools, tool_choice: 'required' }).toolConfig).toEqual({ functionCallingConfig: { mode: 'ANY' } })
})

describe('the description of a JSON schema', () => {
  const CITY = { type: 'object', properties: { city: { type: 'string' } } }
  const REFERENCE = { $ref: '#/$defs/City' }
  const $defs = { City: CITY }

  test.each<[string, object, object]>([
    ['is added to a schema without a description', CITY, { ...CITY, description: 'A city.' }],
    ['precedes the description of the schema', { ...CITY, description: 'Own.' }, { ...CITY, description: 'A city.\n\nOwn.' }],
    ['is sent once if the schema has the same description', { ...CITY, description: 'A city.' }, { ...CITY, description: 'A city.' }],
    ['is not added beside a $ref', { allOf: [REFERENCE], $defs }, { anyOf: [REFERENCE], description: 'A city.', $defs }],
  ])('%s', (_, schema, sent) => {
    const json_schema = { name: 'city', description: 'A city.', schema }
    const { generationConfig, ignored } = encode({ response_format: { type: 'json_schema', json_schema } })
    expect(generationConfig).toMatchObject({ responseMimeType: 'application/json', responseJsonSchema: sent })
    expect(Object.keys(Object(generationConfig?.responseJsonSchema)).sort()).toEqual(Object.keys(sent).sort())
    expect(ignored).toEqual([])
  })
})
