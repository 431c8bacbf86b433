import type { SealedRecords } from '../../contract/callRecord.js'
import { apiError } from '../../contract/errors.js'
import { isRecord } from '../../contract/isRecord.js'
import type { ClientParams } from '../../contract/paramNames.js'
import type { ChatCompletionRequest, MessageCountRequest, MessageRequest } from '../../contract/types.js'
import { makePathRenamer, type RenamedParams } from '../../responses/request/paths.js'
import type { CallerSeals } from '../../responses/request/signatures.js'
import { convertMessages } from './conversation.js'
import { findIgnoredFields, ignoreUnknownValues } from './fields.js'
import { isThinkingShown, toEffort } from './thinking.js'
import { convertToolChoice, convertTools } from './tools.js'

/** A message request, or a token count request, which has fewer fields. */
export type AnyMessageRequest = MessageCountRequest & Partial<Omit<MessageRequest, keyof MessageCountRequest>>

/** A validated Messages API request, converted to a chat request. */
export interface ParsedMessageRequest {
  /** The equivalent chat completion request. */
  readonly chat: ChatCompletionRequest
  readonly paramNames: ClientParams
  /** Thought signatures, with their models, from the thinking blocks of earlier answers. */
  readonly sealed: SealedRecords
  /** True if the answer contains thinking blocks. */
  readonly hasThinkingBlocks: boolean
  /** True if the thinking blocks of the answer contain text. */
  readonly hasThinkingText: boolean
  /** Encrypts serialized thought signatures for the caller. */
  readonly seal: (text: string) => string
}

/** Dependencies of {@link parseMessageRequest}. */
export interface MessageContext {
  /** True if Google-executed tools are available: the native API only. */
  readonly hasGoogleTools: boolean
  readonly seals: CallerSeals
}

/** Chat parameters and their names in the Messages API; a longer path precedes its prefix. */
const CHAT_PARAMS: RenamedParams = [
  ['response_format.json_schema', 'output_config.format'],
  ['response_format', 'output_config.format'],
  ['reasoning_effort', 'output_config.effort'],
  ['max_completion_tokens', 'max_tokens'],
  ['extra_body.google.top_k', 'top_k'],
  ['parallel_tool_calls', 'tool_choice.disable_parallel_tool_use'],
  ['tool_choice.function', 'tool_choice'],
  ['stop', 'stop_sequences'],
]

/** Converts a Messages API request to a chat request. @throws 400 for an invalid request */
export function parseMessageRequest(request: AnyMessageRequest, { hasGoogleTools, seals }: MessageContext): ParsedMessageRequest {
  // A thread refers to messages stored at Anthropic, which the proxy cannot send to Gemini.
  if (request.thread !== undefined && request.thread !== null) throw apiError('thread_unsupported_request', undefined, { param: 'thread' })
  const ignored = findIgnoredFields(request)
  const ignore = (path: string): void => void ignored.push(path)
  const { conversation, sealed } = convertMessages(request, { seals, ignore })
  const converted = convertTools(request.tools, { hasGoogleTools, ignore })
  const hasThinkingBlocks = isThinkingShown(request.thinking)
  ignoreUnknownValues(request, ignore)
  const format = toJsonFormat(request, ignore)
  return {
    chat: makeChat(request, {
      // The cast is safe: the block readers make valid messages of the chat API.
      messages: conversation.messages as ChatCompletionRequest['messages'],
      ...toToolParams(request, converted, ignore),
      ...(format === undefined ? {} : { response_format: format }),
    }),
    paramNames: { ignored, rename: makeMessagePathRenamer(conversation.locations, converted.paths) },
    sealed,
    hasThinkingBlocks,
    hasThinkingText: hasThinkingBlocks && request.thinking?.display !== 'omitted',
    seal: seals.seal,
  }
}

/** Makes the function that maps a path of the chat request to the client's request. */
function makeMessagePathRenamer(...[messages, tools]: Parameters<typeof makePathRenamer>): ClientParams['rename'] {
  const rename = makePathRenamer(messages, tools, CHAT_PARAMS)
  return (path) =>
    rename(path)
      .replace(/^(tools\[\d+\])\.parameters\b/, '$1.input_schema')
      .replace(/^(messages\[\d+\]\.content\[\d+\])\.arguments\b/, '$1.input')
}

type ToolParams = Pick<ChatCompletionRequest, 'tools' | 'tool_choice' | 'parallel_tool_calls'>

function toToolParams(
  { tool_choice: choice }: AnyMessageRequest,
  converted: ReturnType<typeof convertTools>,
  ignore: (path: string) => void,
): ToolParams {
  const chosen = choice ? convertToolChoice(choice, converted) : undefined
  // Without tools, `auto` and `none` change nothing, so they are not reported as ignored.
  if (chosen === undefined && (choice?.type === 'any' || choice?.type === 'tool')) ignore('tool_choice')
  if (converted.tools.length === 0) return {}
  return {
    tools: [...converted.tools],
    ...(chosen === undefined ? {} : { tool_choice: chosen }),
    ...(choice?.disable_parallel_tool_use === true ? { parallel_tool_calls: false } : {}),
  }
}

function makeChat(
  request: AnyMessageRequest,
  chat: Pick<ChatCompletionRequest, 'messages' | 'response_format'> & ToolParams,
): ChatCompletionRequest {
  const { model, max_tokens: limit, temperature, top_p, top_k, stop_sequences: stop, stream } = request
  const effort = toEffort(request)
  return {
    model,
    ...chat,
    // `max_tokens: 0`, with which clients fill only Anthropic's cache, becomes 1: Gemini refuses 0.
    ...(typeof limit === 'number' ? { max_completion_tokens: Math.max(limit, 1) } : {}),
    ...(stop ? { stop: [...stop] } : {}),
    ...(typeof temperature === 'number' ? { temperature } : {}),
    ...(typeof top_p === 'number' ? { top_p } : {}),
    ...(typeof top_k === 'number' && top_k > 0 ? { extra_body: { google: { top_k } } } : {}),
    ...(effort === undefined ? {} : { reasoning_effort: effort }),
    ...(stream === true ? { stream: true, stream_options: { include_usage: true } } : {}),
  }
}

/** Reads the JSON schema of the answer from `output_config.format` or the older `output_format`. */
function toJsonFormat(request: AnyMessageRequest, ignore: (path: string) => void): ChatCompletionRequest['response_format'] {
  const current = request.output_config?.format
  const format: unknown = current ?? Reflect.get(request, 'output_format')
  if (format === undefined || format === null) return undefined
  if (!isRecord(format) || format.type !== 'json_schema' || !isRecord(format.schema)) {
    ignore(current ? 'output_config.format' : 'output_format')
    return undefined
  }
  return { type: 'json_schema', json_schema: { name: 'answer', schema: { ...format.schema }, strict: true } }
}
