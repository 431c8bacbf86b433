import type {
  ChatCompletion,
  ChatCompletionChunk,
  ErrorResponse,
  ImagesResponse,
  ModelResponse,
  ResponseStreamEvent,
  Transcription,
} from '../../contract/types.js'
import { RequestFailure } from '../state/session.js'
import type { AnswerTurn, PlayCall, PlayImage, PlayTokens } from './turns.js'

/** Yields the data of each server-sent event; cancels the response if the iteration ends early. */
export async function* readEventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += decoder.decode(value, { stream: true })
      const events = rest.split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        const data = event.split('\n').flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []))
        if (data.length > 0) yield data.join('\n')
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined) // cancelling a failed stream fails
  }
}

const failureOf = ({ error }: ErrorResponse, requestId: string | undefined): RequestFailure =>
  new RequestFailure(error.message, 200, error.code ?? undefined, requestId)

type ChatUsage = NonNullable<ChatCompletion['usage']>
const chatTokens = (usage: ChatUsage): PlayTokens => ({
  prompt: usage.prompt_tokens,
  completion: usage.completion_tokens,
  reasoning: usage.completion_tokens_details?.reasoning_tokens,
  cached: usage.prompt_tokens_details?.cached_tokens,
})

const imagesIn = ({ images }: Pick<ChatCompletion['choices'][number]['message'], 'images'>): PlayImage[] =>
  (images ?? []).map((part) => ({ url: part.image_url.url, part }))

/** Returns a turn extended by a chunk of a chat stream. @throws RequestFailure for an error */
export function addChunk(turn: AnswerTurn, chunk: ChatCompletionChunk | ErrorResponse): AnswerTurn {
  if ('error' in chunk) throw failureOf(chunk, turn.requestId)
  const [choice] = chunk.choices
  const tokens = chunk.usage ? chatTokens(chunk.usage) : turn.tokens
  if (choice === undefined) return { ...turn, tokens }
  const { delta, finish_reason: finish } = choice
  const calls = [...turn.calls]
  for (const { index, id, function: called, ...more } of delta.tool_calls ?? []) {
    const before: PlayCall = calls[index] ?? { id: '', name: '', arguments: '' }
    const extra = more.extra_content ?? before.extra
    calls[index] = {
      id: id ?? before.id,
      name: called?.name ?? before.name,
      arguments: before.arguments + (called?.arguments ?? ''),
      ...(extra === undefined ? {} : { extra }),
    }
  }
  return {
    ...turn,
    text: turn.text + (delta.content ?? '') + (delta.refusal ?? ''),
    reasoning: turn.reasoning + (delta.reasoning_content ?? ''),
    calls,
    images: [...turn.images, ...imagesIn(delta)],
    finishReason: finish ?? turn.finishReason,
    tokens,
    history: delta.extra_content === undefined ? turn.history : [{ extra_content: delta.extra_content }],
  }
}

/** Returns a turn with the content of a whole chat completion. */
export function readChat(turn: AnswerTurn, { choices, usage }: ChatCompletion): AnswerTurn {
  const [choice] = choices
  const calls = (choice?.message.tool_calls ?? []).flatMap((call) =>
    call.type === 'function' ? [{ id: call.id, ...call.function, ...(call.extra_content ? { extra: call.extra_content } : {}) }] : [],
  )
  return {
    ...turn,
    text: choice?.message.content ?? choice?.message.refusal ?? '',
    reasoning: choice?.message.reasoning_content ?? '',
    calls,
    images: choice === undefined ? [] : imagesIn(choice.message),
    finishReason: choice?.finish_reason,
    tokens: usage && chatTokens(usage),
    history: choice?.message.extra_content === undefined ? [] : [{ extra_content: choice.message.extra_content }],
  }
}

/** Ends an answer's turn in a chat: makes the assistant message that later requests send back. */
export function endChatTurn(turn: AnswerTurn): AnswerTurn {
  if (turn.text === '' && turn.calls.length === 0 && turn.images.length === 0) return { ...turn, history: [] }
  const calls = turn.calls.map(({ id, name, arguments: args, extra }) => ({
    id,
    type: 'function',
    function: { name, arguments: args },
    ...(extra === undefined ? {} : { extra_content: extra }),
  }))
  // A stopped answer may contain an incomplete call, which must not be sent back.
  const whole = turn.isStopped || turn.failure !== undefined ? [] : calls
  const message = {
    role: 'assistant',
    content: turn.text === '' ? null : turn.text,
    ...(whole.length > 0 ? { tool_calls: whole } : {}),
    ...(turn.images.length > 0 ? { images: turn.images.map(({ part }) => part) } : {}),
  }
  if (message.content === null && whole.length === 0 && turn.images.length === 0) return { ...turn, history: [] }
  return { ...turn, history: [Object.assign({}, ...turn.history, message)] }
}

/** Returns a turn extended by an event of a response stream. @throws RequestFailure for an error */
export function addResponseEvent(turn: AnswerTurn, event: ResponseStreamEvent | ErrorResponse): AnswerTurn {
  if (!('type' in event)) throw failureOf(event, turn.requestId)
  switch (event.type) {
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      return { ...turn, text: turn.text + event.delta }
    case 'response.reasoning_summary_text.delta':
      return { ...turn, reasoning: turn.reasoning + event.delta }
    case 'response.output_item.done':
      return addItem(turn, event.item)
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed':
      return endResponse(turn, event.response)
    case 'error':
      throw new RequestFailure(event.message, 200, event.code ?? undefined, turn.requestId)
    default:
      return turn
  }
}

type PlayOutputItem = ModelResponse['output'][number]

function addItem(turn: AnswerTurn, item: PlayOutputItem): AnswerTurn {
  const isCall = item.type === 'function_call'
  const calls = isCall ? [...turn.calls, { id: item.call_id, name: item.name, arguments: item.arguments }] : turn.calls
  const image = item.type === 'image_generation_call' && item.result !== null ? [{ url: toDataUri(item.result, item.output_format) }] : []
  return { ...turn, calls, images: [...turn.images, ...image], history: [...turn.history, item] }
}

const toDataUri = (base64: string, format: string | undefined): string => `data:image/${format ?? 'png'};base64,${base64}`

/** Returns a turn with the images and token counts of an Images API response. */
export function readImages(turn: AnswerTurn, { data, output_format: format, usage }: ImagesResponse): AnswerTurn {
  return {
    ...turn,
    images: data.map(({ b64_json: base64, url }) => ({ url: url ?? toDataUri(base64 ?? '', format) })),
    tokens: usage && { prompt: usage.input_tokens, completion: usage.output_tokens, reasoning: undefined, cached: undefined },
  }
}

/** Returns a turn with the text and token counts of a transcription. */
export function readTranscription(turn: AnswerTurn, { text, usage }: Transcription): AnswerTurn {
  const { input_tokens: prompt, output_tokens: completion } = usage ?? {}
  const hasTokens = prompt !== undefined && completion !== undefined
  return { ...turn, text, tokens: hasTokens ? { prompt, completion, reasoning: undefined, cached: undefined } : undefined }
}

function endResponse(turn: AnswerTurn, response: ModelResponse): AnswerTurn {
  const { error, usage } = response
  // `reason` is the proxy's error code, and more specific than `code`, which has OpenAI's values.
  if (error) throw new RequestFailure(error.message, 200, error.reason ?? error.code, turn.requestId)
  return {
    ...turn,
    finishReason: response.incomplete_details?.reason ?? response.status,
    tokens: usage
      ? {
          prompt: usage.input_tokens,
          completion: usage.output_tokens,
          reasoning: usage.output_tokens_details.reasoning_tokens,
          cached: usage.input_tokens_details.cached_tokens,
        }
      : undefined,
  }
}

/** Ends a response's turn. If it was stopped or failed, later requests send back only its text. */
export function endResponseTurn(turn: AnswerTurn): AnswerTurn {
  if (!turn.isStopped && turn.failure === undefined) return turn
  return { ...turn, history: turn.text === '' ? [] : [{ role: 'assistant', content: turn.text }] }
}

/** Returns an ended turn with the content of a response that was not streamed. */
export function readResponse(turn: AnswerTurn, response: ModelResponse): AnswerTurn {
  const withItems = response.output.reduce(addItem, turn)
  const text = response.output.flatMap((item) => (item.type === 'message' ? item.content : []))
  const thoughts = response.output.flatMap((item) => (item.type === 'reasoning' ? item.summary : []))
  return endResponse(
    {
      ...withItems,
      text: text.map((part) => (part.type === 'output_text' ? part.text : part.refusal)).join(''),
      reasoning: thoughts.map((part) => part.text).join('\n'),
    },
    response,
  )
}
