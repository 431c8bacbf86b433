import { apiError } from '../../contract/errors.js'
import type { ChatCompletionRequest, ResponseRequest } from '../../contract/types.js'
import { type Item, itemsOf, type PlacedItem, resolved, toConversation } from './items.js'
import { ignoredParams } from './params.js'
import { makeRename } from './paths.js'
import type { Sealing } from './signatures.js'
import { toChatChoice } from './toolChoice.js'
import type { DeclaredTool } from './toolNames.js'
import { toChatTools } from './tools.js'

/** A request of the Responses API, understood. */
export interface Asked {
  readonly request: ResponseRequest
  /** The items of its input, those that were only referred to themselves. */
  readonly items: readonly Item[]
  /** The same as a chat. */
  readonly chat: ChatCompletionRequest
  /** The client's tools, by the names that the chat knows them by. */
  readonly declared: ReadonlyMap<string, DeclaredTool>
  /** How the client calls what the chat has a path for. */
  readonly dialect: Dialect
  /** Whether the answer tells summaries of the thoughts. */
  readonly hasSummaries: boolean
  /** Whether the answer tells the signatures of words, which Gemini can do without. */
  readonly hasWordSignatures: boolean
  /** Hides signatures for the caller. Those of calls not only where `include` asks for them: agents send back what they were given, and many ask for nothing. */
  readonly seal: (text: string) => string
}

/** The words of a client that does not speak the chat API. */
export interface Dialect {
  /** What has no effect and is not in the chat. */
  readonly ignored: readonly string[]
  /** The client's path for one of the chat. */
  readonly rename: (path: string) => string
}

/** What is needed to understand a request. */
export interface AskedParts {
  readonly sealing: Sealing
  /** Finds an item that is only referred to. */
  readonly referred: (id: string) => Item | undefined
  /** What came before the input, where the request goes on from an answer that is kept. */
  readonly history: readonly PlacedItem[]
}

/** Understands a request. @throws 400 where Gemini cannot do what it asks for, 404 where something that it names is not kept */
export function toAsked(request: ResponseRequest, { sealing, referred, history }: AskedParts): Asked {
  refuseImpossible(request)
  const own = resolved(itemsOf(request.input), referred)
  const items = [...history, ...own]
  if (items.length === 0) throw missingInput(request)
  const ignored: string[] = ignoredParams(request)
  const conversation = toConversation(items, { sealing, ignore: (place) => ignored.push(place) })
  if (request.instructions) {
    conversation.messages.unshift({ role: 'system', content: request.instructions })
    conversation.places.unshift({ path: 'instructions', parts: [] })
  }
  const tools = toChatTools(request.tools, items)
  const { choice, isIgnored } = toChatChoice(request.tool_choice, tools)
  // One by one: they may be more than a call takes arguments.
  for (const place of tools.ignored) ignored.push(place)
  if (isIgnored) ignored.push('tool_choice')
  return {
    request,
    items: own.map(({ item }) => item),
    chat: toChat(request, {
      // Put together by the tables of the items, in the chat's form.
      messages: conversation.messages as ChatCompletionRequest['messages'],
      ...(tools.tools.length === 0 ? {} : { tools: [...tools.tools] }),
      ...(choice === undefined ? {} : { tool_choice: choice }),
    }),
    declared: tools.declared,
    dialect: { ignored, rename: makeRename(conversation.places, tools.places) },
    hasSummaries: Boolean(request.reasoning?.summary ?? request.reasoning?.generate_summary),
    hasWordSignatures: request.store === false || Boolean(request.include?.includes('reasoning.encrypted_content')),
    seal: sealing.seal,
  }
}

const missingInput = ({ input }: ResponseRequest): Error =>
  input === undefined || input === null
    ? apiError('missing_required_parameter', "Missing required parameter: 'input'.", { param: 'input' })
    : apiError('empty_array', "Invalid 'input': empty array. Expected at least one item.", { param: 'input' })

/** @throws 400 `unsupported_value` for what an answer of Gemini's cannot be */
function refuseImpossible({ background, conversation, prompt, include }: ResponseRequest): void {
  if (background === true)
    throw apiError(
      'unsupported_value',
      'Background responses are not supported. Use `stream`: a stream can be resumed after a disconnection.',
      { param: 'background' },
    )
  if (conversation !== undefined && conversation !== null)
    throw apiError(
      'unsupported_value',
      'Stored conversations are not supported. Send the conversation as `input`, or use `previous_response_id`.',
      { param: 'conversation' },
    )
  if (prompt !== undefined && prompt !== null)
    throw apiError('unsupported_value', 'Stored prompts are not supported. Send the text as `instructions` or `input`.', {
      param: 'prompt',
    })
  if (include?.includes('message.output_text.logprobs'))
    throw apiError('unsupported_value', 'Log probabilities are not supported. Remove `message.output_text.logprobs`.', { param: 'include' })
}

type ToolsAndMessages = Pick<ChatCompletionRequest, 'messages' | 'tools' | 'tool_choice'>

/** The chat with the parameters that it shares with the Responses API. */
function toChat(request: ResponseRequest, { messages, tools, tool_choice }: ToolsAndMessages): ChatCompletionRequest {
  const format = toResponseFormat(request.text?.format)
  const effort = request.reasoning?.effort
  return defined<ChatCompletionRequest>({
    model: request.model,
    messages,
    tools,
    tool_choice,
    parallel_tool_calls: tools === undefined ? undefined : request.parallel_tool_calls,
    temperature: request.temperature,
    top_p: request.top_p,
    max_completion_tokens: request.max_output_tokens,
    response_format: format,
    reasoning_effort: effort,
    // The chat knows fewer by their names, and names the others as ignored.
    service_tier: request.service_tier as ChatCompletionRequest['service_tier'],
    extra_body: request.extra_body,
    ...(request.stream === true ? { stream: true, stream_options: { include_usage: true } } : {}),
  })
}

type Format = NonNullable<NonNullable<ResponseRequest['text']>['format']>

type JsonSchema = Extract<NonNullable<ChatCompletionRequest['response_format']>, { type: 'json_schema' }>['json_schema']

function toResponseFormat(format: Format | null | undefined): ChatCompletionRequest['response_format'] {
  if (format?.type !== 'json_schema') return format ?? undefined
  const { name, description, schema, strict } = format
  return { type: 'json_schema', json_schema: defined<JsonSchema>({ name, description, schema, strict }) }
}

/** Without the members that say nothing. */
function defined<T extends object>(fields: { readonly [K in keyof T]: T[K] | null | undefined }): T {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  // Only optional members can be undefined or null.
  return Object.fromEntries(said) as unknown as T
}
