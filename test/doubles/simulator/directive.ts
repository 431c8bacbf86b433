import { invalidArgument } from './errors.js'
import { isObject } from './strict.js'
import type { Behaviour, JsonObject } from './types.js'

const MARK = 'simulate:{'

/** A prompt without its directive, and the behaviour that the directive sets. */
export interface Directed {
  readonly text: string
  readonly behaviour: Behaviour
}

/**
 * Extracts `simulate:{...}` from a prompt.
 *
 * @throws Refusal 400 when the braces are not valid JSON, so that a mistake in a test is noticed
 */
export const readDirective = (text: string): Directed => {
  const start = text.indexOf(MARK)
  if (start === -1) return { text, behaviour: {} }
  const open = start + MARK.length - 1
  const end = closingBrace(text, open)
  const rest = `${text.slice(0, start)}${text.slice(end)}`.trim()
  try {
    // The cast is safe: prompts contain valid behaviours.
    return { text: rest, behaviour: JSON.parse(text.slice(open, end)) as Behaviour }
  } catch (error) {
    throw invalidArgument(`The simulate directive is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/**
 * Returns the text that may contain a directive: the last user message, or the input of a request
 * for embeddings.
 */
export const directedTextOf = (body: unknown): string => {
  if (!isObject(body)) return ''
  if (Array.isArray(body.messages)) {
    const last: unknown = body.messages.findLast((message: unknown) => isObject(message) && message.role === 'user')
    return isObject(last) ? joined(last.content) : ''
  }
  return body.input === undefined ? nativeTextOf(body) : joined(body.input)
}

/** Returns the last user text of a native body, without function results, or its input to embed. */
function nativeTextOf(body: JsonObject): string {
  const whole = isObject(body.generateContentRequest) ? body.generateContentRequest : body
  if (Array.isArray(whole.contents)) {
    const last: unknown = whole.contents.findLast(
      (content: unknown) =>
        isObject(content) &&
        content.role !== 'model' &&
        partsOf(content).every((part) => !('functionResponse' in part || 'function_response' in part)),
    )
    return isObject(last) ? joined(partsOf(last)) : ''
  }
  const requests: readonly unknown[] = Array.isArray(body.requests) ? body.requests : [body]
  return requests.map((request) => (isObject(request) && isObject(request.content) ? joined(partsOf(request.content)) : '')).join('')
}

const partsOf = ({ parts }: JsonObject): readonly JsonObject[] => (Array.isArray(parts) ? parts : [parts]).filter(isObject)

function joined(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part: unknown) => (typeof part === 'string' ? part : isObject(part) && typeof part.text === 'string' ? part.text : ''))
    .join('')
}

function closingBrace(text: string, open: number): number {
  let depth = 0
  let isInString = false
  for (let at = open; at < text.length; at += 1) {
    const character = text[at]
    if (isInString) {
      if (character === '\\') at += 1
      else if (character === '"') isInString = false
    } else if (character === '"') isInString = true
    else if (character === '{') depth += 1
    else if (character === '}') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return text.length
}
