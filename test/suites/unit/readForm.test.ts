import { describe, expect, test } from 'vitest'
import { type FormMembers, readForm } from '../../../src/http/body/readForm.js'
import { toTypedForm } from '../../../src/http/body/toTypedForm.js'

const SCHEMA = {
  type: 'object',
  properties: {
    n: { type: ['integer', 'null'] },
    temperature: { type: 'number' },
    stream: { type: 'boolean' },
    prompt: { type: 'string' },
    image: { type: 'array', items: { type: 'object', format: 'binary' } },
    either: {
      anyOf: [
        { type: 'string', enum: ['auto'] },
        { type: 'object', properties: { seconds: { type: 'integer' } } },
      ],
    },
    words: { type: 'array', items: { type: 'string' } },
  },
}

/** Encodes a form as HTTP clients do, and parses it as the proxy does. */
async function read(parts: readonly (readonly [name: string, value: string | File])[]): Promise<FormMembers> {
  const form = new FormData()
  for (const [name, value] of parts) form.append(name, value)
  const sent = new Response(form)
  return readForm(Buffer.from(await sent.arrayBuffer()), sent.headers.get('content-type') ?? '')
}

const PICTURE = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251)
const file = (name: string, bytes = PICTURE): File => new File([bytes], name, { type: 'image/png' })

describe('a form', () => {
  test('converts texts to the types of the schema', async () => {
    const form = await read([
      ['n', '2'],
      ['temperature', '5e-1'],
      ['stream', 'true'],
      ['prompt', '12'],
      ['words', 'one'],
      ['unknown', '1'],
    ])
    expect(toTypedForm(form, SCHEMA)).toEqual({ n: 2, temperature: 0.5, stream: true, prompt: '12', words: ['one'], unknown: '1' })
  })

  test('leaves invalid values unchanged for the validation', async () => {
    const form = await read([
      ['n', 'two'],
      ['stream', 'yes'],
    ])
    expect(toTypedForm(form, SCHEMA)).toEqual({ n: 'two', stream: 'yes' })
  })

  test('preserves all bytes of files, and names in any language', async () => {
    const form = await read([
      ['image[]', file('猫.png')],
      ['image[]', file('', Uint8Array.of())],
    ])
    const expected = [
      { filename: '猫.png', mediaType: 'image/png', bytes: Buffer.from(PICTURE) },
      { filename: '', mediaType: 'image/png', bytes: Buffer.of() },
    ]
    expect(toTypedForm(form, SCHEMA)).toEqual({ image: expected })
  })

  test('becomes a list if a name is repeated, or for a single item of a list', async () => {
    const twice = await read([
      ['words', 'one'],
      ['words', 'two'],
    ])
    const { image } = toTypedForm(await read([['image', file('a.png')]]), SCHEMA)
    expect(toTypedForm(twice, SCHEMA)).toEqual({ words: ['one', 'two'] })
    expect(image).toHaveLength(1)
  })

  test('creates members for names with brackets', async () => {
    const form = await read([
      ['either[seconds]', '60'],
      ['either[anchor]', 'created_at'],
    ])
    expect(toTypedForm(form, SCHEMA)).toEqual({ either: { seconds: 60, anchor: 'created_at' } })
  })

  test('parses an object that is sent as JSON', async () => {
    const sent = (text: string) =>
      read([['either', text]]).then((form) => toTypedForm(form, { properties: { either: { type: 'object' } } }))
    expect(await sent('{"seconds": 60}')).toEqual({ either: { seconds: 60 } })
    expect(await sent('{"seconds"')).toEqual({ either: '{"seconds"' })
  })

  test('cannot modify a prototype', async () => {
    const form = await read([
      ['__proto__[polluted]', 'yes'],
      ['constructor[prototype][polluted]', 'yes'],
    ])
    toTypedForm(form, SCHEMA)
    expect({}).not.toHaveProperty('polluted')
  })

  test('is refused if a text is sent instead of a file', async () => {
    const form = await read([['image', 'data']])
    expect(() => toTypedForm(form, SCHEMA)).toThrow("Invalid type for 'image[0]': expected a file")
  })

  test.each([
    ['no boundary', 'multipart/form-data', '', /boundary/],
    ['a missing end', 'multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb', /not a complete/],
    ['no form data', 'multipart/form-data; boundary=x', '{"a":1}', /not a complete/],
    ['nothing', 'multipart/form-data; boundary=x', '', /not a complete/],
    [
      'a part without a name',
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data\r\n\r\nb\r\n--x--\r\n',
      /without a name/,
    ],
  ])('with %s is 400', async (_what, type, body, message) => {
    await expect(readForm(Buffer.from(body), type)).rejects.toMatchObject({ status: 400, message: expect.stringMatching(message) })
  })

  test('with too many parts or a too long text is a 413', async () => {
    const parts = Array.from({ length: 1_101 }, (_, index) => [`a${index}`, ''] as const)
    await expect(read(parts)).rejects.toMatchObject({ status: 413 })
    await expect(read([['prompt', 'x'.repeat(1_048_577)]])).rejects.toMatchObject({ status: 413 })
  })
})
