import type { ApiError } from '../../contract/errors.js'
import { memberOf } from '../../contract/isRecord.js'
import type { ChatCompletionRequest } from '../../contract/types.js'

/** Matches Gemini's error message for a prompt that exceeds the model's context window. */
const PROMPT_TOO_LONG = /input token count \(?(\d+)\)? exceeds the maximum number of tokens allowed \(?(\d+)\)?/i

/** Rewords Gemini's error for a too long prompt like Anthropic's: clients then compact prompts. */
export function rephrasePromptTooLong(failure: ApiError): ApiError {
  const [, tokens, most] = failure.code === 'context_length_exceeded' ? (PROMPT_TOO_LONG.exec(failure.message) ?? []) : []
  return tokens === undefined ? failure : failure.withMessage(`prompt is too long: ${tokens} tokens > ${most} maximum`)
}

// Only the first clause of Google's message decides whether it is about media: the rest may quote
// user input. Google's message does not name the block at fault.
const FIRST_CLAUSE = /^Gemini refused the request: [^.:"'`]{1,120}/
const MEDIA_NAME = /\b(?:image|document|pdf)\b/i
const MEDIA_PROBLEM = /process|valid|support|decod|size|format|large|pages|bytes|corrupt/i
const MEDIA_REFUSED =
  /^Gemini refused the request: (?:unable to process (?:the )?file\b|unsupported mime type\W{0,3}\w*|invalid value at '[\w.[\]]{1,200}(?:inline_?data\.data|image_url\.url|file_data)' \(TYPE_BYTES\))/i

/** Returns the beginning of an error message that is about media; undefined for other messages. */
function findMediaProblem(message: string): string | undefined {
  const [clause = ''] = FIRST_CLAUSE.exec(message) ?? []
  return MEDIA_NAME.test(clause) && MEDIA_PROBLEM.test(clause) ? clause : MEDIA_REFUSED.exec(message)?.[0]
}

/** A request as the client sent it, and as a chat. */
export interface RequestWithMedia {
  readonly body: object
  readonly chat: Pick<ChatCompletionRequest, 'messages'>
}

/**
 * Begins the message of a 400 about an image or a document like Anthropic's, on which Claude Code
 * removes the image or document instead of sending it again with every further request.
 */
export function rephraseMediaFailure(failure: ApiError, { body, chat }: RequestWithMedia): ApiError {
  const { status, param, message } = failure
  if (status !== 400) return failure
  if (param?.endsWith('.source')) {
    const path = toAnthropicPath(param, body)
    return failure.withMessage(`${path}: ${problemOf(path.endsWith('.image.source'))}. ${message}`)
  }
  const refused = findMediaProblem(message)
  if (refused === undefined) return failure
  const isImage = /\bimage\b/i.test(refused) || (hasImage(chat) && !/\b(?:document|pdf|application|text)\b/i.test(refused))
  return failure.withMessage(`${problemOf(isImage)}. ${message}`)
}

const problemOf = (isImage: boolean): string => `Could not process ${isImage ? 'image' : 'PDF'}`

const hasImage = ({ messages }: RequestWithMedia['chat']): boolean =>
  messages.some(({ content }) => Array.isArray(content) && content.some(({ type }) => type === 'image_url'))

/** Adds the types of the blocks to a path, as in `messages.0.content.1.image.source`. */
function toAnthropicPath(param: string, body: object): string {
  const located: string[] = []
  let value: unknown = body
  for (const name of param.split(/[.[\]]+/).filter((each) => each !== '')) {
    const isInContent = located.at(-1) === 'content'
    value = memberOf(value, name)
    located.push(name)
    const type = memberOf(value, 'type')
    if (isInContent && typeof type === 'string') located.push(type)
  }
  return located.join('.')
}
