import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findReleaseProblems, mayBreakClients } from '../../../scripts/spec/released.js'
import { findBreakingChanges } from '../../../scripts/spec/released.rules.js'

// biome-ignore lint/suspicious/noExplicitAny: each test edits another part of the document
type Document = any

/** A part of the contract, because comparing the whole contract takes half a second. */
const TEXT = ((): string => {
  const whole = JSON.parse(readFileSync(new URL('../../../generated/openapi.json', import.meta.url), 'utf8')) as Document
  const paths = ['/v1/chat/completions', '/v1/embeddings', '/v1/models', '/health'].map((path) => [path, whole.paths[path]])
  const small = { ...whole, paths: Object.fromEntries(paths), components: { securitySchemes: whole.components.securitySchemes } }
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
  ['a removed path', (d) => delete d.paths['/v1/embeddings'], /\/v1\/embeddings/],
  ['a removed operation', (d) => delete d.paths['/v1/models'].get, /\/v1\/models.*get/],
  ['a removed status', (d) => delete post(d).responses['429'], /429/],
  ['a removed content type', (d) => delete post(d).responses['200'].content['text/event-stream'], /event-stream/],
  ['a removed header', (d) => delete d.components.responses.TooManyRequests.headers['Retry-After'], /no Retry-After/],
  ['another type in a header', (d) => (d.components.headers.RetryAfter.schema.type = 'string'), /Retry-After: now also type string/],
  ['a token that becomes required', (d) => (d.paths['/health'].get.security = [{ bearerAuth: [] }]), /\/health get security/],
  ['a new required parameter', (d) => post(d).parameters.push({ name: 'v', in: 'query', required: true, schema: {} }), /parameters/],
  ['a removed parameter', (d) => post(d).parameters.pop(), /parameters/],
  ['a new required member of a request', (d) => schemas(d).ChatCompletionRequest.required.push('user'), /requires user/],
  ['a removed member of a request', (d) => delete schemas(d).ChatCompletionRequest.properties.user, /without user/],
  ['a tighter bound of a request', (d) => (schemas(d).ChatCompletionRequest.properties.temperature.maximum = 1), /temperature maximum/],
  ['a request without additional properties', (d) => (schemas(d).ChatCompletionRequest.additionalProperties = false), /now closed/],
  ['a removed value of a request', (d) => drop(schemas(d).ReasoningEffort.enum, 'minimal'), /no longer enum minimal/],
  ['null that is no longer allowed', (d) => (schemas(d).ChatCompletionRequest.properties.temperature.type = 'number'), /null|type/],
  ['a removed kind of message', (d) => schemas(d).ChatMessage.oneOf.pop(), /no longer .*FunctionMessage/],
  ['a removed optional member of a response', (d) => delete schemas(d).ChatCompletion.properties.service_tier, /without service_tier/],
  [
    'a removed nested member of a response',
    (d) => delete schemas(d).ChatCompletionMessage.properties.reasoning_content,
    /reasoning_content/,
  ],
  ['a member of a response that became optional', (d) => drop(schemas(d).ChatCompletion.required, 'model'), /no longer requires model/],
  ['a new value in a response', (d) => schemas(d).FinishReason.enum.push('tired'), /now also enum tired/],
  ['null in a response', (d) => (schemas(d).ChatCompletion.properties.model.type = ['string', 'null']), /now also type null/],
  ['another type in a response', (d) => (schemas(d).Usage.properties.total_tokens.type = 'string'), /type string/],
  ['a response value that is no longer constant', (d) => delete schemas(d).ChatCompletion.properties.object.const, /now also|const/],
  ['a removed member of an event', (d) => delete schemas(d).ChatCompletionChunk.properties.created, /event.*without created/],
  [
    'another type in an event',
    (d) => (schemas(d).ChatCompletionChunk.properties.id.type = 'integer'),
    /event.*\.id: now also type integer/,
  ],
  ['a new kind of event', (d) => schemas(d).ChatCompletionStreamEvent.properties.data.anyOf.push({ type: 'integer' }), /event.*integer/],
  ['a new type of error', (d) => schemas(d).ApiError.properties.type.enum.push('other_error'), /now also enum other_error/],
]

const HARMLESS: readonly (readonly [what: string, edit: (document: Document) => void])[] = [
  ['a new path', (d) => (d.paths['/v1/new'] = { get: { operationId: 'getNew', responses: { 200: { description: 'x' } } } })],
  ['a new optional member of a request', (d) => (schemas(d).ChatCompletionRequest.properties.fresh = { type: 'string' })],
  ['a new member of a response', (d) => (schemas(d).ChatCompletion.properties.fresh = { type: 'string' })],
  ['a new value of a request', (d) => schemas(d).ReasoningEffort.enum.push('heroic')],
  ['a looser bound', (d) => (schemas(d).ChatCompletionRequest.properties.temperature.maximum = 3)],
  ['a new header', (d) => (d.components.responses.TooManyRequests.headers['x-new'] = { schema: { type: 'string' } })],
  ['a new optional parameter', (d) => post(d).parameters.push({ name: 'v', in: 'query', schema: { type: 'string' } })],
  ['a member of a response that became required', (d) => schemas(d).ChatCompletion.required.push('usage')],
  ['another name of a security scheme', (d) => (d.paths['/v1/models'].get.security[0] = { metricsToken: [] })],
  ['another description', (d) => (schemas(d).ChatCompletion.description = 'Another text.')],
  ['another example', (d) => delete d.components.examples.ChatAnswerText],
]

describe('the comparison with the released contract', () => {
  test.each(BREAKING)('reports a breaking change: %s', (_what, edit, message) => {
    const found = findBreakingChanges(JSON.parse(TEXT), edited(edit))
    expect(found.filter((line) => message.test(line))).not.toEqual([])
    expect(found.length).toBeLessThan(60)
  })

  test.each(HARMLESS)('ignores a compatible change: %s', (_what, edit) => {
    expect(findBreakingChanges(JSON.parse(TEXT), edited(edit))).toEqual([])
  })

  test('finds no difference between a contract and itself', () => {
    expect(findBreakingChanges(JSON.parse(TEXT), JSON.parse(TEXT))).toEqual([])
  })

  test('terminates for a recursive schema', () => {
    const nested = (type: string): Document =>
      edited((d) => {
        const trees = { type: 'array', items: { $ref: '#/components/schemas/Tree' } }
        schemas(d).Tree = { type: 'object', properties: { leaf: { type }, trees } }
        schemas(d).ChatCompletion.properties.tree = { $ref: '#/components/schemas/Tree' }
      })
    expect(findBreakingChanges(nested('string'), nested('string'))).toEqual([])
    expect(findBreakingChanges(nested('string'), nested('integer'))).toEqual(expect.arrayContaining([expect.stringMatching(/leaf/)]))
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
  ])('from %s to %s may break clients: %s', (before, now, may) => {
    expect(mayBreakClients(before, now)).toBe(may)
  })

  test('must be raised for a breaking change', () => {
    const change = (version: string) =>
      edited((d) => {
        d.info.version = version
        delete d.paths['/v1/embeddings']
      })
    const released = edited((d) => (d.info.version = '0.4.0'))
    expect(findReleaseProblems(released, change('0.5.0'), '0.5.0')).toEqual([])
    expect(findReleaseProblems(released, change('0.4.1'), '0.4.1').join()).toContain('/v1/embeddings')
  })

  test('is the same in contract and package.json', () => {
    expect(findReleaseProblems(JSON.parse(TEXT), JSON.parse(TEXT), '9.9.9').join()).toContain('package.json 9.9.9')
  })
})
