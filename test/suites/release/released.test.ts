import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { mayBreak, problemsOf } from '../../../scripts/spec/released.js'
import { breaksIn } from '../../../scripts/spec/released.rules.js'

// biome-ignore lint/suspicious/noExplicitAny: a document that each test edits in a place of its own
type Document = any

/** The contract without most of its operations and what only they need: a comparison of all takes half a second. */
const TEXT = ((): string => {
  const whole = JSON.parse(readFileSync(new URL('../../../generated/openapi.json', import.meta.url), 'utf8')) as Document
  const kept = ['/v1/chat/completions', '/v1/embeddings', '/v1/models', '/health'].map((path) => [path, whole.paths[path]])
  const small = { ...whole, paths: Object.fromEntries(kept), components: { securitySchemes: whole.components.securitySchemes } }
  for (let refs = 0, found: string[] = []; ; refs = found.length) {
    found = [...new Set(JSON.stringify(small).match(/#\/components\/\w+\/[\w-]+/g))]
    if (found.length === refs) return JSON.stringify(small)
    for (const [, , kind = '', name = ''] of found.map((ref) => ref.split('/'))) {
      small.components[kind] = { ...small.components[kind], [name]: whole.components[kind][name] }
    }
  }
})()
const edited = (edit: (document: Document) => void): Document => {
  const document = JSON.parse(TEXT)
  edit(document)
  expect(JSON.stringify(document)).not.toBe(JSON.stringify(JSON.parse(TEXT)))
  return document
}
const schemas = (document: Document): Document => document.components.schemas
const post = (document: Document): Document => document.paths['/v1/chat/completions'].post
const drop = (list: unknown[], value: unknown): unknown => list.splice(list.indexOf(value), 1)

const BREAKING: readonly (readonly [what: string, edit: (document: Document) => void, message: RegExp])[] = [
  ['a path is gone', (d) => delete d.paths['/v1/embeddings'], /\/v1\/embeddings/],
  ['an operation is gone', (d) => delete d.paths['/v1/models'].get, /\/v1\/models.*get/],
  ['a status is gone', (d) => delete post(d).responses['429'], /429/],
  ['a content type is gone', (d) => delete post(d).responses['200'].content['text/event-stream'], /event-stream/],
  ['a header is gone', (d) => delete d.components.responses.TooManyRequests.headers['Retry-After'], /no Retry-After/],
  ['a header has another type', (d) => (d.components.headers.RetryAfter.schema.type = 'string'), /Retry-After: now also type string/],
  ['a token is needed', (d) => (d.paths['/health'].get.security = [{ bearerAuth: [] }]), /\/health get security/],
  ['a parameter is needed', (d) => post(d).parameters.push({ name: 'v', in: 'query', required: true, schema: {} }), /parameters/],
  ['a parameter is gone', (d) => post(d).parameters.pop(), /parameters/],
  ['a member must be sent', (d) => schemas(d).ChatCompletionRequest.required.push('user'), /requires user/],
  ['a documented member is no longer taken', (d) => delete schemas(d).ChatCompletionRequest.properties.user, /without user/],
  ['a bound of a request is tighter', (d) => (schemas(d).ChatCompletionRequest.properties.temperature.maximum = 1), /temperature maximum/],
  ['a request is closed', (d) => (schemas(d).ChatCompletionRequest.additionalProperties = false), /now closed/],
  ['a value of a request is gone', (d) => drop(schemas(d).ReasoningEffort.enum, 'minimal'), /no longer enum minimal/],
  ['null is no longer taken', (d) => (schemas(d).ChatCompletionRequest.properties.temperature.type = 'number'), /null|type/],
  ['a kind of message is gone', (d) => schemas(d).ChatMessage.oneOf.pop(), /no longer .*FunctionMessage/],
  ['an optional member of an answer is gone', (d) => delete schemas(d).ChatCompletion.properties.service_tier, /without service_tier/],
  ['a deep member of an answer is gone', (d) => delete schemas(d).ChatCompletionMessage.properties.reasoning_content, /reasoning_content/],
  ['a member of an answer may be missing', (d) => drop(schemas(d).ChatCompletion.required, 'model'), /no longer requires model/],
  ['an answer has a new value', (d) => schemas(d).FinishReason.enum.push('tired'), /now also enum tired/],
  ['an answer may be null', (d) => (schemas(d).ChatCompletion.properties.model.type = ['string', 'null']), /now also type null/],
  ['an answer is of another type', (d) => (schemas(d).Usage.properties.total_tokens.type = 'string'), /type string/],
  ['an answer is no longer fixed', (d) => delete schemas(d).ChatCompletion.properties.object.const, /now also|const/],
  ['an event lacks a member', (d) => delete schemas(d).ChatCompletionChunk.properties.created, /event.*without created/],
  [
    'an event has another type',
    (d) => (schemas(d).ChatCompletionChunk.properties.id.type = 'integer'),
    /event.*\.id: now also type integer/,
  ],
  ['an event of a new kind', (d) => schemas(d).ChatCompletionStreamEvent.properties.data.anyOf.push({ type: 'integer' }), /event.*integer/],
  ['an error has a new type', (d) => schemas(d).ApiError.properties.type.enum.push('other_error'), /now also enum other_error/],
]

const HARMLESS: readonly (readonly [what: string, edit: (document: Document) => void])[] = [
  ['a new path', (d) => (d.paths['/v1/new'] = { get: { operationId: 'getNew', responses: { 200: { description: 'x' } } } })],
  ['a new optional member of a request', (d) => (schemas(d).ChatCompletionRequest.properties.fresh = { type: 'string' })],
  ['a new member of an answer', (d) => (schemas(d).ChatCompletion.properties.fresh = { type: 'string' })],
  ['a new value of a request', (d) => schemas(d).ReasoningEffort.enum.push('heroic')],
  ['a looser bound', (d) => (schemas(d).ChatCompletionRequest.properties.temperature.maximum = 3)],
  ['a new header', (d) => (d.components.responses.TooManyRequests.headers['x-new'] = { schema: { type: 'string' } })],
  ['a new optional parameter', (d) => post(d).parameters.push({ name: 'v', in: 'query', schema: { type: 'string' } })],
  ['an answer that always has what it may lack now', (d) => schemas(d).ChatCompletion.required.push('usage')],
  ['another name of a security scheme', (d) => (d.paths['/v1/models'].get.security = [{ metricsToken: [] }])],
  ['other words', (d) => (schemas(d).ChatCompletion.description = 'Another text.')],
  ['another example', (d) => delete d.components.examples.ChatAnswerText],
]

describe('the comparison with the released contract', () => {
  test.each(BREAKING)('finds what breaks clients: %s', (_what, edit, message) => {
    const found = breaksIn(JSON.parse(TEXT), edited(edit))
    expect(found.filter((line) => message.test(line))).not.toEqual([])
    expect(found.length).toBeLessThan(60)
  })

  test.each(HARMLESS)('lets pass what does not: %s', (_what, edit) => {
    expect(breaksIn(JSON.parse(TEXT), edited(edit))).toEqual([])
  })

  test('finds nothing between a contract and itself', () => {
    expect(breaksIn(JSON.parse(TEXT), JSON.parse(TEXT))).toEqual([])
  })

  test('ends where a schema contains itself', () => {
    const nested = (type: string): Document =>
      edited((d) => {
        const trees = { type: 'array', items: { $ref: '#/components/schemas/Tree' } }
        schemas(d).Tree = { type: 'object', properties: { leaf: { type }, trees } }
        schemas(d).ChatCompletion.properties.tree = { $ref: '#/components/schemas/Tree' }
      })
    expect(breaksIn(nested('string'), nested('string'))).toEqual([])
    expect(breaksIn(nested('string'), nested('integer'))).toEqual(expect.arrayContaining([expect.stringMatching(/leaf/)]))
  })
})

describe('the version', () => {
  test.each([
    ['0.1.0', '0.1.0', false],
    ['0.1.0', '0.1.1', false],
    ['0.1.9', '0.2.0', true],
    ['0.9.0', '1.0.0', true],
    ['1.0.0', '1.1.0', false],
    ['1.9.9', '2.0.0', true],
    ['2.0.0', '1.0.0', false],
    ['0.3.0', '0.2.0', false],
  ])('after %s, %s may break clients: %s', (before, now, may) => {
    expect(mayBreak(before, now)).toBe(may)
  })

  test('that says so makes a breaking change pass, and another does not', () => {
    const change = (version: string) =>
      edited((d) => {
        d.info.version = version
        delete d.paths['/v1/embeddings']
      })
    const released = edited((d) => (d.info.version = '0.4.0'))
    expect(problemsOf(released, change('0.5.0'), '0.5.0')).toEqual([])
    expect(problemsOf(released, change('0.4.1'), '0.4.1').join()).toContain('/v1/embeddings')
  })

  test('is one in contract and package', () => {
    expect(problemsOf(JSON.parse(TEXT), JSON.parse(TEXT), '9.9.9').join()).toContain('package.json 9.9.9')
  })
})
