import type { IncomingHttpHeaders } from 'node:http'
import { isJson, type Node, OPERATIONS, problemOf, resolved } from './contractSchemas.js'
import { chatRules, frameOf, namedRules, type StreamRules } from './streamRules.js'

/** Holds one answer against the contract while it is sent; keeps no more of a stream than the event that is not whole yet. */
export interface AnswerCheck {
  /** Takes a piece of the body. */
  add(text: string): void
  /**
   * Gives all that is wrong.
   *
   * @param isWhole - false where the client left before the end: what it has got is checked, what it would have got is not asked for
   */
  end(isWhole: boolean): readonly string[]
}

/** The first part of an answer. */
export interface Head {
  readonly method: string
  /** As the client has sent it. */
  readonly url: string
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** True where the request was not HTTP/1.1: it may be refused whatever its operation, if there is any. */
  readonly isNoHttp?: boolean
  /** True where the client comes back to a stream: it may have had all of it. */
  readonly isResumed?: boolean
}

/** Begins the check of an answer. */
export function checkHead(head: Head): AnswerCheck {
  const { method, status, headers, isResumed = false } = head
  if (!headers['x-request-id']) return bodiless(['x-request-id is missing'])
  if (method === 'OPTIONS' && status === 204) return bodiless([], 'a preflight has a body')
  const declared = declaredResponse(head)
  if (declared === undefined) return bodiless(['the status is not declared'])
  const problems = headerProblems(declared, headers)
  if (method === 'HEAD') return bodiless(problems, 'HEAD has a body')
  if (declared.content === undefined) return bodiless(problems, 'a body that is not declared')
  const type = String(headers['content-type']).split(';', 1)[0] ?? ''
  const media = (declared.content as Record<string, Node>)[type]
  if (media === undefined) return bodiless([...problems, `the content type ${type} is not declared`])
  if (media.itemSchema !== undefined) return streamCheck(headers, problems, media.itemSchema as Node, isResumed)
  return bodyCheck(problems, type === 'application/json', media.schema as Node)
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

function bodyCheck(problems: readonly string[], isObject: boolean, schema: Node): AnswerCheck {
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

function streamCheck(headers: IncomingHttpHeaders, before: readonly string[], schema: Node, isResumed: boolean): AnswerCheck {
  const problems = [
    ...before,
    ...STREAM_HEADERS.flatMap(([name, value]) => (headers[name] === value ? [] : [`${name} of a stream is ${headers[name]}`])),
  ]
  let rest = ''
  let rules: StreamRules | undefined
  const take = (block: string): void => {
    if (block.startsWith(':')) return
    const frame = frameOf(block)
    if (frame === undefined) problems.push(`no event of ours: ${block.slice(0, 200)}`)
    else {
      rules ??= frame.event === undefined ? chatRules() : namedRules()
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

/** The declared answer of the operation; where no operation has the URL, the shared 404, or the 405 of the path's operations. */
function declaredResponse({ method, url, status, isNoHttp = false }: Head): Node | undefined {
  if (isNoHttp && (status === 400 || status === 408 || status === 431)) return shared('BadRequest')
  if (isNoHttp && status === 405) return shared('MethodNotAllowed')
  const path = canonical(url)
  const ofPath = OPERATIONS.filter(({ pattern }) => pattern.test(path))
  const operation = ofPath.find((each) => each.method === (method === 'HEAD' ? 'GET' : method))
  if (operation !== undefined) return resolved(operation.responses[status])
  if (status === 405) return resolved(ofPath[0]?.responses[405])
  return status === 404 ? shared('NotFound') : undefined
}

const shared = (name: string): Node | undefined => resolved({ $ref: `#/components/responses/${name}` })

/** The path of a URL as the contract writes it: decoded where it can be, without origin and fragment, and the optional prefix of a model. */
function canonical(url: string): string {
  const path = (url.replace(/^https?:\/\/[^/]*/i, '').split(/[?#]/, 1)[0] ?? '').replace('/v1/models/models/', '/v1/models/')
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
