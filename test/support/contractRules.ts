import type { IncomingHttpHeaders } from 'node:http'
import { type ContractPart, isJson, OPERATIONS, problemOf, resolved } from './contractSchemas.js'
import { chatRules, frameOf, rulesFor, type StreamRules } from './streamRules.js'

/**
 * Checks one response against the contract while it is sent. Of a stream in the proxy's own
 * formats, only the incomplete event is buffered.
 */
export interface AnswerCheck {
  /** Adds the next piece of the response body. */
  add(text: string): void
  /**
   * Returns all violations.
   *
   * @param isWhole - false if the client disconnected early: only the sent part is checked then
   */
  end(isWhole: boolean): readonly string[]
}

/** The head of a response, and the request line. */
export interface Head {
  readonly method: string
  /** The request target as the client sent it. */
  readonly url: string
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /**
   * True if the request is not valid HTTP/1.1. Then a refusal is allowed, even if the operation
   * does not declare it.
   */
  readonly isInvalidHttp?: boolean
  /**
   * True if the client resumes a stream. If it has already read all events, the response has none.
   */
  readonly isResumed?: boolean
}

/** Starts the check of a response with its head; the body follows in pieces. */
export function checkHead(head: Head): AnswerCheck {
  const { method, status, headers, isResumed = false } = head
  if (!headers['x-request-id']) return bodiless(['x-request-id is missing'])
  if (method === 'OPTIONS' && status === 204) return bodiless([], 'a preflight has a body')
  const declared = declaredResponse(head)
  if (declared === undefined) return bodiless(['the status is not declared'])
  const problems = headerProblems(declared, headers)
  if (method === 'HEAD') return bodiless(problems, 'HEAD has a body')
  if (declared.content === undefined) return bodiless(problems, 'a body is not declared')
  const type = String(headers['content-type']).split(';', 1)[0] ?? ''
  const media = (declared.content as Record<string, ContractPart>)[type]
  if (media === undefined) return bodiless([...problems, `the content type ${type} is not declared`])
  if (media.itemSchema !== undefined && canonical(head.url).startsWith('/v1beta/'))
    return relayedStreamCheck(headers, problems, media.itemSchema as ContractPart)
  if (media.itemSchema !== undefined) return streamCheck(headers, problems, media.itemSchema as ContractPart, isResumed)
  return bodyCheck(problems, type === 'application/json', media.schema as ContractPart)
}

function bodiless(problems: readonly string[], ifBody?: string): AnswerCheck {
  let hasBody = false
  return {
    add: (text) => {
      hasBody ||= text !== ''
    },
    end: () => (hasBody && ifBody !== undefined ? [...problems, ifBody] : problems),
  }
}

function bodyCheck(problems: readonly string[], isObject: boolean, schema: ContractPart): AnswerCheck {
  let body = ''
  return {
    add: (text) => {
      body += text
    },
    end: (isWhole) => {
      if (!isWhole) return problems
      if (isObject && !isJson(body)) return [...problems, 'the body is not JSON']
      const problem = problemOf(schema, isObject ? JSON.parse(body) : body)
      return problem === undefined ? problems : [...problems, problem]
    },
  }
}

const STREAM_HEADERS: readonly (readonly [name: string, value: string | undefined])[] = [
  ['cache-control', 'no-cache, no-transform'],
  ['x-accel-buffering', 'no'],
  ['content-length', undefined],
]
const SHOWN_PROBLEMS = 5

const streamHeaderProblems = (headers: IncomingHttpHeaders): string[] =>
  STREAM_HEADERS.flatMap(([name, value]) => (headers[name] === value ? [] : [`${name} of a stream is ${headers[name]}`]))

/**
 * Checks a stream in Google's format: it has no end marker, an error is bare JSON after the last
 * event, and only interactions name their events.
 */
function relayedStreamCheck(headers: IncomingHttpHeaders, before: readonly string[], schema: ContractPart): AnswerCheck {
  let text = ''
  const problemsOf = (block: string, isLast: boolean): string[] => {
    const [, event, data] = /^(?:event: ([^\r\n]*)\r?\n)?data: ([^\r\n]*)$/.exec(block) ?? []
    if (data === undefined && isLast && isJson(block)) {
      const problem = problemOf({ $ref: '#/components/schemas/GoogleErrorResponse' }, JSON.parse(block))
      return problem === undefined ? [] : [`the error ${block}: ${problem}`]
    }
    if (data === undefined) return [`not an event of Google: ${block.slice(0, 200)}`]
    const problem = problemOf(schema, event === undefined ? { data } : { event, data })
    return problem === undefined ? [] : [`the event ${data.slice(0, 200)}: ${problem}`]
  }
  return {
    add: (piece) => {
      text += piece
    },
    end: (isWhole) => {
      const blocks = text.split(/\r?\n\r?\n/)
      const rest = (blocks.pop() ?? '').trim()
      const all = rest === '' || !isWhole ? blocks : [...blocks, rest]
      const problems = all.flatMap((block, at) => problemsOf(block, at === all.length - 1))
      return [...before, ...streamHeaderProblems(headers), ...problems].slice(0, SHOWN_PROBLEMS)
    },
  }
}

function streamCheck(headers: IncomingHttpHeaders, before: readonly string[], schema: ContractPart, isResumed: boolean): AnswerCheck {
  const problems = [...before, ...streamHeaderProblems(headers)]
  let rest = ''
  let rules: StreamRules | undefined
  const take = (block: string): void => {
    if (block.startsWith(':')) return
    const frame = frameOf(block)
    if (frame === undefined) problems.push(`not an event in our format: ${block.slice(0, 200)}`)
    else {
      rules ??= rulesFor(frame)
      const { event, data } = frame
      const problem = problemOf(schema, event === undefined ? { data } : { event, data })
      if (problem === undefined) problems.push(...rules.add(frame))
      else problems.push(`the event ${data.slice(0, 200)}: ${problem}`)
    }
  }
  return {
    add: (text) => {
      const blocks = (rest + text).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) take(block)
    },
    end: (isWhole) => {
      if (isWhole && rest !== '') problems.push('the stream ends within an event')
      if (isWhole && !(isResumed && rules === undefined)) problems.push(...(rules ?? chatRules()).end())
      return problems.slice(0, SHOWN_PROBLEMS)
    },
  }
}

/**
 * Finds the response that the contract declares; undefined if it declares none. For an unknown
 * path, this is the shared 404; for a method that a path lacks, the 405 or 426 of its operations.
 */
function declaredResponse(head: Head): ContractPart | undefined {
  const { method, url, status, isInvalidHttp = false } = head
  const other = failureOfOtherProtocol(head)
  if (other !== undefined) return other
  if (isInvalidHttp && (status === 400 || status === 408 || status === 431)) return shared('BadRequest')
  if (isInvalidHttp && status === 405) return shared('MethodNotAllowed')
  const path = canonical(url)
  const ofPath = OPERATIONS.filter(({ pattern }) => pattern.test(path))
  const operation = ofPath.find((each) => each.method === (method === 'HEAD' ? 'GET' : method))
  if (operation !== undefined) return resolved(operation.responses[status])
  if (status === 405 || status === 426) return resolved(ofPath[0]?.responses[status])
  return status === 404 ? shared('NotFound') : undefined
}

const ANY_FAILURE = {
  anyOf: ['', 'Anthropic', 'Google'].map((api) => ({ $ref: `#/components/schemas/${api}ErrorResponse` })),
}
const FAILURE_HEADERS = { 'x-request-id': { $ref: '#/components/headers/RequestId' } }

/**
 * Returns the response that the contract declares for a failure in Anthropic's or Google's format,
 * if no operation declares it: for unknown URLs, malformed HTTP, and model lists, which have two
 * formats.
 */
function failureOfOtherProtocol({ method, url, status, headers }: Head): ContractPart | undefined {
  // If there is no URL, Node.js has refused bytes that are not an HTTP request. The API is then
  // unknown, so the error may have the format of any API.
  if (url === '') return { headers: FAILURE_HEADERS, content: { 'application/json': { schema: ANY_FAILURE } } }
  const path = canonical(url)
  const isDeclared =
    OPERATIONS.some((each) => each.pattern.test(path) && (status !== 404 || each.method === method)) && !path.startsWith('/v1/models')
  if (status < 400 || isDeclared) return undefined
  const isGoogle = /^\/v1\/interactions(\/|$)|^\/v1beta(?!\/openai)(\/|$)|^\/v1\/models\/[^/]*:(?:\w+[cC]on\w+|\w*Tokens|predict\w*)$/.test(
    path,
  )
  if (!isGoogle && headers['request-id'] === undefined) return undefined
  const $ref = `#/components/schemas/${isGoogle ? 'Google' : 'Anthropic'}ErrorResponse`
  return { headers: FAILURE_HEADERS, content: { 'application/json': { schema: { $ref } } } }
}

const shared = (name: string): ContractPart | undefined => resolved({ $ref: `#/components/responses/${name}` })

/**
 * Matches `/v1` in a path of Google's API. The contract declares these paths only with `/v1beta`.
 */
const GOOGLE_CALL =
  /^\/v1(?=\/interactions(?:\/|$)|\/models\/[^/]+:(?:generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)$)/

/**
 * Normalizes a URL to a path of the contract: decoded if possible, with `/v1beta` for Google's API,
 * without origin, query, fragment, trailing slashes, and the optional prefix `models/` of a model.
 */
function canonical(url: string): string {
  const [whole = ''] = url.replace(/^https?:\/\/[^/]*/i, '').split(/[?#]/, 1)
  const decoded = whole.replace(/(?<!\/)\/+$/, '').replace(/%3a/gi, ':') || '/'
  const path = decoded.replace(/^(\/v1(?:beta)?\/models\/)models\//, '$1').replace(GOOGLE_CALL, '/v1beta')
  try {
    return decodeURI(path)
  } catch {
    return path // invalid percent-encoding: not a path of the contract
  }
}

function headerProblems(declared: ContractPart, headers: IncomingHttpHeaders): string[] {
  return Object.entries((declared.headers as Record<string, ContractPart> | undefined) ?? {}).flatMap(([name, reference]) => {
    const header = resolved(reference) ?? {}
    const value = headers[name.toLowerCase()]
    if (value === undefined) return header.required === true ? [`the header ${name} is missing`] : []
    const schema = header.schema as ContractPart
    const problem = problemOf(schema, schema.type === 'integer' ? Number(value) : value)
    return problem === undefined ? [] : [`the header ${name}: ${problem}`]
  })
}
