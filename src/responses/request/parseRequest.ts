import type { SealedRecords } from '../../contract/callRecord.js'
import { apiError } from '../../contract/errors.js'
import type { ClientParams } from '../../contract/paramNames.js'
import type { ChatCompletionRequest, ResponseRequest } from '../../contract/types.js'
import type { Conversation } from './conversation.js'
import type { ImageTool } from './imageTool.js'
import type { Item, LocatedItem } from './item.js'
import { resolveReferences, toConversation, toItems } from './items.js'
import { findIgnoredParams } from './params.js'
import { makePathRenamer } from './paths.js'
import { quoteValue } from './readers.js'
import type { CallerSeals } from './signatures.js'
import { toChatToolChoice } from './toolChoice.js'
import type { DeclaredTool } from './toolNames.js'
import { findClientSearches } from './toolSearch.js'
import { toChatTools } from './tools.js'

/** A validated Responses API request, converted to a chat request. */
export interface ParsedRequest {
  readonly request: ResponseRequest
  /** The input items of the request, with references replaced by the stored items. */
  readonly items: readonly Item[]
  /** The equivalent chat request. */
  readonly chat: ChatCompletionRequest
  /** The client's tools, by their function name in the chat. */
  readonly declaredTools: ReadonlyMap<string, DeclaredTool>
  /** The `image_generation` tool, if the request has it. */
  readonly imageTool: ImageTool | undefined
  readonly paramNames: ClientParams
  /** Thought signatures, with their models, from the reasoning items of the request. */
  readonly sealed: SealedRecords
  /** True if the response contains thought summaries. */
  readonly hasSummaries: boolean
  /** True if the response contains thought signatures of messages; Gemini does not require them. */
  readonly hasMessageSignatures: boolean
  /** Whether the response contains the sources of web searches, and the output of executed code. */
  readonly toolDetails: { readonly hasSources: boolean; readonly hasOutputs: boolean }
  /**
   * Encrypts thought signatures for the caller. Signatures of tool calls are sent even without
   * `include`: Gemini requires them, and agents return every item they received.
   */
  readonly seal: (text: string) => string
}

/** Dependencies of {@link parseRequest}. */
export interface ParseContext {
  /** True if Google-executed tools are available: the native API only. */
  readonly hasGoogleTools: boolean
  readonly seals: CallerSeals
  /** Finds a stored item by its id. */
  readonly findItem: (id: string) => Item | undefined
  /** The items of the previous response's conversation, if the request continues one. */
  readonly history: readonly LocatedItem[]
}

/** Converts a Responses API request to a chat. @throws 400 if invalid, 404 for unknown items */
export function parseRequest(request: ResponseRequest, { hasGoogleTools, seals, findItem, history }: ParseContext): ParsedRequest {
  rejectUnsupported(request)
  const input = resolveReferences(toItems(request.input), findItem)
  const items = [...history, ...input]
  if (items.length === 0) throw missingInputError(request)
  const ignored: string[] = findIgnoredParams(request, hasGoogleTools)
  const clientSearches = findClientSearches(items)
  const { conversation, sealed } = toConversation(items, { hasGoogleTools, seals, ignore: (path) => ignored.push(path), clientSearches })
  rejectUnreadable(input, ignored, conversation)
  if (request.instructions) {
    conversation.messages.unshift({ role: 'system', content: request.instructions })
    conversation.locations.unshift({ path: 'instructions', parts: [], calls: [] })
  }
  const tools = toChatTools(request.tools, { hasGoogleTools, items, clientSearches })
  const { choice, isIgnored } = toChatToolChoice(request.tool_choice, tools)
  // Not push(...paths), which may exceed the maximum number of arguments.
  for (const path of tools.ignored) ignored.push(path)
  if (isIgnored) ignored.push('tool_choice')
  return {
    request,
    items: input.map(({ item }) => item),
    chat: toChat(request, {
      // The cast is safe: the item readers make valid messages of the chat API.
      messages: conversation.messages as ChatCompletionRequest['messages'],
      ...(tools.tools.length === 0 ? {} : { tools: [...tools.tools] }),
      ...(choice === undefined ? {} : { tool_choice: choice }),
    }),
    declaredTools: tools.declared,
    imageTool: tools.imageTool && { ...tools.imageTool, isNeeded: isImageNeeded(request, tools.tools.length > 0) },
    sealed,
    paramNames: { ignored, rename: makePathRenamer(conversation.locations, tools.paths) },
    hasSummaries: Boolean(request.reasoning?.summary ?? request.reasoning?.generate_summary),
    hasMessageSignatures: request.store === false || Boolean(request.include?.includes('reasoning.encrypted_content')),
    toolDetails: {
      hasSources: Boolean(request.include?.includes('web_search_call.action.sources')),
      hasOutputs: Boolean(request.include?.includes('code_interpreter_call.outputs')),
    },
    seal: seals.seal,
  }
}

/** True if the image tool is the only one or is chosen. Agents declare it without needing it. */
const isImageNeeded = ({ tool_choice: choice }: ResponseRequest, hasOthers: boolean): boolean =>
  !hasOthers || (typeof choice === 'object' && choice?.type === 'image_generation')

const missingInputError = ({ input }: ResponseRequest): Error =>
  input === undefined || input === null
    ? apiError('missing_required_parameter', "Missing required parameter: 'input'.", { param: 'input' })
    : apiError('empty_array', "Invalid 'input': empty array. Expected at least one item.", { param: 'input' })

const MAX_NAMED_TYPES = 5

/** Types of items that only explain an earlier answer: the model cannot respond to them. */
const SILENT_TYPES: ReadonlySet<unknown> = new Set(['reasoning', 'web_search_call'])

/**
 * Refuses an input to which the model cannot respond: only instructions, or only unreadable items.
 *
 * @throws 400 if no input item is readable, or if there is no message
 */
function rejectUnreadable(input: readonly LocatedItem[], ignored: readonly string[], { messages }: Conversation): void {
  const paths = new Set(ignored)
  const unreadable = input.filter(({ path }) => paths.has(path))
  const isRead = input.some(({ item, path }) => !SILENT_TYPES.has(item.type) && !paths.has(path))
  if (messages.length > 0 && (input.length === 0 || isRead)) return
  const [first] = unreadable
  if (first === undefined) throw apiError('invalid_value', "Invalid 'input': expected at least one message.", { param: 'input' })
  const types = [...new Set(unreadable.map(({ item }) => quoteValue(item.type ?? 'item_reference')))].slice(0, MAX_NAMED_TYPES)
  throw unsupportedError(first.path, `No input item is supported: items of type ${types.join(', ')} cannot be converted for Gemini.`)
}

const unsupportedError = (param: string, message: string): Error => apiError('unsupported_value', message, { param })

/** Refuses parameters that the proxy cannot honour. @throws 400 `unsupported_value` */
function rejectUnsupported({ background, conversation, prompt, include }: ResponseRequest): void {
  if (background === true)
    throw unsupportedError(
      'background',
      'Background responses are not supported. Use `stream`: a stream can be resumed after a disconnection.',
    )
  if (conversation !== undefined && conversation !== null)
    throw unsupportedError(
      'conversation',
      'Stored conversations are not supported. Send the conversation as `input`, or use `previous_response_id`.',
    )
  if (prompt !== undefined && prompt !== null)
    throw unsupportedError('prompt', 'Stored prompts are not supported. Send the text as `instructions` or `input`.')
  if (include?.includes('message.output_text.logprobs'))
    throw unsupportedError('include', 'Log probabilities are not supported. Remove `message.output_text.logprobs`.')
}

function toChat(request: ResponseRequest, chat: Pick<ChatCompletionRequest, 'messages' | 'tools' | 'tool_choice'>): ChatCompletionRequest {
  return omitNullish<ChatCompletionRequest>({
    model: request.model,
    ...chat,
    parallel_tool_calls: chat.tools === undefined ? undefined : request.parallel_tool_calls,
    temperature: request.temperature,
    top_p: request.top_p,
    max_completion_tokens: request.max_output_tokens,
    response_format: toResponseFormat(request.text?.format),
    reasoning_effort: request.reasoning?.effort,
    // The cast is safe: src/upstream removes tiers that the chat API lacks, and reports them.
    service_tier: request.service_tier as ChatCompletionRequest['service_tier'],
    extra_body: request.extra_body,
    ...(request.stream === true ? { stream: true, stream_options: { include_usage: true } } : {}),
  })
}

type Format = NonNullable<NonNullable<ResponseRequest['text']>['format']>
type JsonSchema = Extract<NonNullable<ChatCompletionRequest['response_format']>, { type: 'json_schema' }>['json_schema']

function toResponseFormat(format: Format | null | undefined): ChatCompletionRequest['response_format'] {
  if (format?.type !== 'json_schema') return format ?? undefined
  const { type, ...declared } = format
  return { type, json_schema: omitNullish<JsonSchema>(declared) }
}

/** Returns the object without its undefined and null fields. */
function omitNullish<T extends object>(fields: { readonly [K in keyof T]: T[K] | null | undefined }): T {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  // The cast is safe: by the type of `fields`, only optional fields of T can be undefined or null.
  return Object.fromEntries(present) as unknown as T
}
