import { expect } from 'vitest'
import { FC_CREDENTIALS } from '../../../support/canaries.js'
import { type ProxyUnderTest, TOKEN } from '../../../support/proxy.js'
import type { Line } from './translated.js'

type Json = Readonly<Record<string, unknown>>

/** A request field in which a client sends a JSON Schema. */
interface SchemaField {
  readonly path: string
  /** Makes a request body with the schema at the path `at`. */
  readonly toBody: (schema: unknown) => object
  readonly at: string
  /** Finds the schema in the request that reached Gemini. */
  readonly find: (sent: Json) => unknown
}

const MODEL = 'gemini-3.5-flash'
const MESSAGES = [{ role: 'user', content: 'hi' }]
const parametersOf = ({ tools }: Json): unknown => (tools as { function: { parameters: unknown } }[] | undefined)?.[0]?.function.parameters
const formatOf = ({ response_format: format }: Json): unknown =>
  (format as { json_schema?: { schema: unknown } } | undefined)?.json_schema?.schema
const chatTool = (parameters: unknown): object => ({
  model: MODEL,
  messages: MESSAGES,
  tools: [{ type: 'function', function: { name: 'f', parameters } }],
})

/** All request fields in which a client can send a JSON Schema, one of them also with streaming. */
export const SCHEMA_FIELDS: Readonly<Record<string, SchemaField>> = {
  'a tool of a chat': { path: '/chat/completions', toBody: chatTool, at: 'tools[0].function.parameters', find: parametersOf },
  'a tool of a streamed chat': {
    path: '/chat/completions',
    toBody: (schema) => ({ ...chatTool(schema), stream: true }),
    at: 'tools[0].function.parameters',
    find: parametersOf,
  },
  'a function before tools': {
    path: '/chat/completions',
    toBody: (parameters) => ({ model: MODEL, messages: MESSAGES, functions: [{ name: 'f', parameters }] }),
    at: 'functions[0].parameters',
    find: parametersOf,
  },
  'a response format': {
    path: '/chat/completions',
    toBody: (schema) => ({
      model: MODEL,
      messages: MESSAGES,
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
    }),
    at: 'response_format.json_schema.schema',
    find: formatOf,
  },
  'a tool of the Responses API': {
    path: '/responses',
    toBody: (parameters) => ({ model: MODEL, input: 'hi', tools: [{ type: 'function', name: 'f', parameters }] }),
    at: 'tools[0].parameters',
    find: parametersOf,
  },
  'a text format of the Responses API': {
    path: '/responses',
    toBody: (schema) => ({ model: MODEL, input: 'hi', text: { format: { type: 'json_schema', name: 'x', schema } } }),
    at: 'text.format.schema',
    find: formatOf,
  },
}

/** Posts a request with a valid token, to a path below the base URL of any API. */
export const postTo = (proxy: ProxyUnderTest, path: string, body: object): Promise<Response> =>
  fetch(`${proxy.baseUrl}${path}`, {
    method: 'POST',
    headers: { ...FC_CREDENTIALS, authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** The paths in the header of a response that lists ignored parameters. */
export const ignoredOf = ({ headers }: Response): string[] =>
  (headers.get('x-gemini-proxy-ignored-params') ?? '').split(', ').filter((path) => path !== '')

/**
 * Sends a schema in each of {@link SCHEMA_FIELDS}, as the property `p` of an object. Expects that
 * Gemini gets `expected`, and that the header of ignored parameters lists the paths in `dropped`.
 */
export async function expectInEverySchemaField(proxy: ProxyUnderTest, raw: unknown, expected: unknown, dropped?: unknown): Promise<void> {
  // The cast is needed because `test.each` loses the type of an optional column.
  const paths = (dropped ?? []) as Line[3] & readonly string[]
  for (const [name, field] of Object.entries(SCHEMA_FIELDS)) {
    const { properties, ...beside } = { properties: { p: raw }, ...definitionsOf(raw) }
    const answer = await postTo(proxy, field.path, field.toBody({ type: 'object', properties, ...beside }))
    expect(answer.status, `${name}: ${await answer.text()}`).toBe(200)
    const sent = field.find((proxy.simulator.requests.at(-1)?.body ?? {}) as Json)
    expect(sent, name).toEqual({ type: 'object', properties: { p: expected } })
    expect(ignoredOf(answer), name).toEqual(paths.map((path) => path.replace(/^p\b/, `${field.at}.properties.p`)))
  }
}

/** Copies the definitions of a property's schema: its references look for them at the top level. */
const definitionsOf = (raw: unknown): object => (typeof raw === 'object' && raw !== null && '$defs' in raw ? { $defs: raw.$defs } : {})
