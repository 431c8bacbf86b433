import { readFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import type { Behaviour } from '../simulator/index.js'
import { TOKEN } from './proxy.js'
import { chatRules, dataOf, framesOf, namedRules, type Rule } from './streamRules.js'

/** What {@link call} sends. */
export interface Ask {
  readonly method?: string
  /** Sent as it is: no normalisation, no encoding. */
  readonly path?: string
  /** The bearer token; null sends none. The token of the tests unless told. */
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Text and bytes are sent as they are, without a content type; anything else as JSON. */
  readonly body?: unknown
}

/** One answer, read to its end and found to keep the contract. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The parsed body of a JSON answer. */
  readonly json: unknown
  /** The `data` of each event of a stream, parsed where it is not `[DONE]`. */
  readonly events: readonly unknown[]
}

type Node = Readonly<Record<string, unknown>>

const DOCUMENT = JSON.parse(readFileSync(new URL('../../generated/openapi.json', import.meta.url), 'utf8')) as Node
const METHODS = ['get', 'post', 'put', 'patch', 'delete']

const exampleOf = ({ parameters }: Node, name: string): string =>
  String((parameters as Node[] | undefined)?.find((parameter) => parameter.name === name)?.example)

/** Every operation of the contract. */
export const OPERATIONS = Object.entries(DOCUMENT.paths as Record<string, Record<string, Node>>).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => METHODS.includes(method))
    .map(([method, operation]) => ({
      path,
      /** The path with the examples of its parameters. */
      samplePath: path.replace(/\{(\w+)\}/g, (_, name: string) => exampleOf(operation, name)),
      method: method.toUpperCase(),
      operationId: String(operation.operationId),
      isOpen: Array.isArray(operation.security) && operation.security.length === 0,
      responses: operation.responses as Readonly<Record<string, Node>>,
    })),
)

/**
 * Sends one request on a connection of its own and holds the answer against the contract.
 *
 * @param origin - of the proxy, such as `http://127.0.0.1:41234`
 * @throws where the answer has a status, header, body or event that the contract does not declare
 */
export async function call(origin: string, { method, path = '/v1/chat/completions', token = TOKEN, headers, body }: Ask): Promise<Answer> {
  const isText = typeof body === 'string' || body instanceof Uint8Array
  const sent = body === undefined ? undefined : isText ? body : JSON.stringify(body)
  const verb = method ?? (sent === undefined ? 'GET' : 'POST')
  const answer = await exchange(origin, {
    method: verb,
    path,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(sent === undefined || isText ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: sent,
  })
  checkAnswer(verb, path, answer)
  return answer
}

/**
 * Holds an answer against the contract.
 *
 * @throws naming what breaks it
 */
export function checkAnswer(method: string, path: string, answer: Answer): void {
  const problems = problemsIn(method, path, answer)
  if (problems.length === 0) return
  const { status, headers, text } = answer
  throw new Error(
    `${method} ${path} -> ${status} breaks the contract: ${problems.join('; ')}\n${JSON.stringify(headers)}\n${text.slice(0, 500)}`,
  )
}

function problemsIn(method: string, path: string, answer: Answer): string[] {
  const { status, headers, text } = answer
  if (!headers['x-request-id']) return ['x-request-id is missing']
  if (method === 'OPTIONS' && status === 204) return text === '' ? [] : ['a preflight has a body']
  const declared = declaredResponse(method, path, status)
  if (declared === undefined) return ['the status is not declared']
  const problems = headerProblems(declared, headers)
  if (method === 'HEAD') return text === '' ? problems : [...problems, 'HEAD has a body']
  if (declared.content === undefined) return text === '' ? problems : [...problems, 'a body that is not declared']
  const type = String(headers['content-type']).split(';', 1)[0] ?? ''
  const media = (declared.content as Record<string, Node>)[type]
  if (media === undefined) return [...problems, `the content type ${type} is not declared`]
  if (media.itemSchema !== undefined) return [...problems, ...streamProblems(answer, media.itemSchema as Node)]
  const problem = problemOf(media.schema as Node, type === 'application/json' ? answer.json : text)
  return problem === undefined ? problems : [...problems, problem]
}

/** The declared answer of the operation; where no operation has the URL, the shared 404, or the 405 of the path's operations. */
function declaredResponse(method: string, path: string, status: number): Node | undefined {
  const bare = canonical(path)
  const ofPath = OPERATIONS.filter((operation) => new RegExp(`^${operation.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(bare))
  const operation = ofPath.find((each) => each.method === (method === 'HEAD' ? 'GET' : method))
  if (operation !== undefined) return resolved(operation.responses[status])
  if (status === 405) return resolved(ofPath[0]?.responses[405])
  return status === 404 ? resolved({ $ref: '#/components/responses/NotFound' }) : undefined
}

/** The path of a URL as the contract writes it: decoded where it can be, without the optional prefix of a model. */
function canonical(url: string): string {
  const path = (url.split('?', 1)[0] ?? '').replace('/v1/models/models/', '/v1/models/')
  try {
    return decodeURI(path)
  } catch {
    return path // malformed, and so no path of the contract
  }
}

function headerProblems(declared: Node, headers: IncomingHttpHeaders): string[] {
  return Object.entries((declared.headers as Record<string, Node> | undefined) ?? {}).flatMap(([name, reference]) => {
    const header = resolved(reference) ?? {}
    const value = headers[name.toLowerCase()]
    if (value === undefined) return header.required === true ? [`the header ${name} is missing`] : []
    const schema = header.schema as Node
    const problem = problemOf(schema, schema.type === 'integer' ? Number(value) : value)
    return problem === undefined ? [] : [`the header ${name}: ${problem}`]
  })
}

function streamProblems({ text, events, headers }: Answer, schema: Node): string[] {
  const rules: readonly Rule[] = [
    [headers['cache-control'] !== 'no-cache, no-transform', 'cache-control of a stream'],
    [headers['x-accel-buffering'] !== 'no', 'x-accel-buffering of a stream'],
    [headers['content-length'] !== undefined, 'a stream has a content-length'],
    [!text.endsWith('\n\n'), 'the stream ends within an event'],
    ...(text.includes('event: ') ? namedRules(text, events) : chatRules(events)),
  ]
  const ofEvents = framesOf(text).flatMap(({ event, data }) => {
    const problem = problemOf(schema, event === undefined ? { data } : { event, data })
    return problem === undefined ? [] : [`the event ${data.slice(0, 200)}: ${problem}`]
  })
  return [...rules.flatMap(([isBroken, problem]) => (isBroken ? [problem] : [])), ...ofEvents]
}

const resolved = (node: Node | undefined): Node | undefined => {
  if (typeof node?.$ref !== 'string') return node
  return node.$ref
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Node)[key], DOCUMENT) as Node
}

const ROOT = 'contract.json'
const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false })
ajv.removeKeyword('contentMediaType')
ajv.removeKeyword('contentSchema')
// To JSON Schema these are remarks; here the data of an event has to be what they say.
ajv.addKeyword({ keyword: 'contentSchema', validate: (schema: Node, data: unknown) => !isJson(data) || schemaOf(schema)(JSON.parse(data)) })
ajv.addKeyword({ keyword: 'contentMediaType', validate: (_type: string, data: unknown) => isJson(data) })
ajv.addSchema(DOCUMENT, ROOT)

const compiled = new Map<string, ValidateFunction>()

/** The validator of a schema of the document, whose references start at its root. */
function schemaOf(schema: Node): ValidateFunction {
  const text = JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${ROOT}#/`)
  const known = compiled.get(text)
  if (known !== undefined) return known
  const made = ajv.compile(JSON.parse(text) as object)
  compiled.set(text, made)
  return made
}

function problemOf(schema: Node, value: unknown): string | undefined {
  const validate = schemaOf(schema)
  return validate(value) ? undefined : ajv.errorsText(validate.errors)
}

function isJson(text: unknown): text is string {
  try {
    JSON.parse(String(text))
    return typeof text === 'string'
  } catch {
    return false
  }
}

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Uint8Array | undefined
}

function exchange(origin: string, { method, path, headers, body }: Sent): Promise<Answer> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const length = body === undefined || 'transfer-encoding' in headers ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const outgoing = request({ hostname, port, method, path, headers: { ...length, ...headers } as Record<string, string>, agent: false })
    outgoing.once('error', reject)
    outgoing.once('response', (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      incoming.once('error', reject)
      incoming.once('end', () => resolve(toAnswer(incoming.statusCode ?? 0, incoming.headers, text)))
    })
    outgoing.end(body)
  })
}

/** Makes an answer of its parts, such as a raw socket has read them. */
export function toAnswer(status: number, headers: IncomingHttpHeaders, text: string): Answer {
  const type = String(headers['content-type'])
  return {
    status,
    headers,
    text,
    json: type.startsWith('application/json') && text !== '' ? JSON.parse(text) : undefined,
    events: type.startsWith('text/event-stream') ? dataOf(text).map((data) => (isJson(data) ? JSON.parse(data) : data)) : [],
  }
}

/** The body that a failure must have, for `toEqual`. */
export const failure = (code: string | null, param: string | null = null, type = 'invalid_request_error'): object => ({
  error: { message: expect.any(String), type, param, code },
})

/** The smallest chat request. */
export const chat = (content: string, rest: object = {}): object => ({
  model: 'gemini-3.5-flash',
  messages: [{ role: 'user', content }],
  ...rest,
})

/** A directive of the simulator, to be put into a prompt. */
export const simulate = (behaviour: Behaviour): string => `simulate:${JSON.stringify(behaviour)}`
