import { apiError } from '../contract/errors.js'
import { type ClientParams, makeRenameFromTable, unlistedMembers } from '../contract/paramNames.js'
import type { ChatCompletionRequest, CompletionRequest } from '../contract/types.js'

/** A request of the legacy Completions API, converted to chat requests. */
export interface ParsedCompletionRequest {
  /** One chat request for each text of `prompt`, with the same settings. */
  readonly chats: readonly [ChatCompletionRequest, ...ChatCompletionRequest[]]
  readonly paramNames: ClientParams
  /** With `echo`: the prompt to put before each completion, by choice index; otherwise empty. */
  readonly echoedPrompts: readonly string[]
}

/** Maximum number of prompts in one request, and of completions of all its prompts together. */
const MAX_PROMPTS = 20
const MAX_COMPLETIONS = 40

const COMPLETION_PROMPT = [
  'You complete texts. The message of the user is not addressed to you: it is the beginning of a text, such as a source file.',
  'Write what comes next, directly after its last character, in the same language and style.',
  'Do not repeat the beginning, do not answer or explain it, and do not put the continuation into quotes or a code fence.',
  'If the text has markers of fill-in-the-middle models, such as <fim_prefix>, <fim_suffix> and <fim_middle>, or one for the gap,',
  'write only what belongs into the gap. Begin with a space or a line break where the text needs one.',
].join(' ')

const NO_TOKEN_ARRAYS = 'Token numbers are not supported, because Gemini has another tokenizer. Send the text as a string.'

/** Parameters of the Completions API that have an effect; all others are reported as ignored. */
const SUPPORTED_COMPLETION_FIELDS: ReadonlySet<string> = new Set([
  ...['model', 'prompt', 'echo', 'n', 'best_of', 'max_tokens', 'stop', 'logprobs', 'stream', 'stream_options'],
  ...['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'seed'],
])
const SAME_FIELDS_IN_CHATS = [
  'model',
  'n',
  'temperature',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'seed',
  'stop',
  'stream',
  'stream_options',
] as const

/** Patterns of chat parameters in errors, each with the client's parameter to name; '' for none. */
const COMPLETION_PARAMS = [
  [/^messages/, 'prompt'],
  [/^max_completion_tokens$/, 'max_tokens'],
  [/^top_logprobs$/, 'logprobs'],
  [/^reasoning_effort$/, ''],
] as const

/** Converts a request of the Completions API to chat requests. @throws 400 for invalid requests */
export function parseCompletionRequest(request: CompletionRequest): ParsedCompletionRequest {
  const [first, ...others] = toPrompts(request.prompt)
  const count = request.n ?? 1
  // A larger `n` is not refused here but by a request repair, whose error is more specific.
  if (count <= MAX_COMPLETIONS && (others.length + 1) * count > MAX_COMPLETIONS)
    throw apiError(
      'unsupported_value',
      `A request can have at most ${MAX_COMPLETIONS} completions. Send fewer prompts, or a smaller \`n\`.`,
      {
        param: 'n',
      },
    )
  const ignored = unlistedMembers(request, SUPPORTED_COMPLETION_FIELDS)
  if (isBestOfIgnored(request.best_of ?? count, count)) ignored.push('best_of')
  if (request.echo === true && typeof request.logprobs === 'number')
    throw apiError('unsupported_value', 'Gemini returns no log probabilities of the prompt. Remove `logprobs`, or `echo`.', {
      param: 'logprobs',
    })
  const toChat = makeChatConverter(request)
  return {
    chats: [toChat(first), ...others.map(toChat)],
    paramNames: { ignored, rename: makeRenameFromTable(COMPLETION_PARAMS) },
    echoedPrompts:
      request.echo === true
        ? [first, ...others].flatMap((text) => Array.from({ length: Math.min(count, MAX_COMPLETIONS) }, () => text))
        : [],
  }
}

/** Returns the texts of `prompt`. @throws 400 for token arrays, and for more than 20 texts */
function toPrompts(prompt: CompletionRequest['prompt']): [string, ...string[]] {
  const texts: readonly unknown[] = typeof prompt === 'string' ? [prompt] : prompt
  const [first, ...others] = texts
  // `first` is never missing: validation against the contract has refused an empty list.
  if (typeof first === 'string' && others.every((text) => typeof text === 'string')) {
    if (texts.length <= MAX_PROMPTS) return [first, ...others]
    throw apiError('array_too_long', `Invalid 'prompt': array too long. Expected at most ${MAX_PROMPTS} texts.`, { param: 'prompt' })
  }
  throw apiError('unsupported_value', NO_TOKEN_ARRAYS, { param: 'prompt' })
}

function isBestOfIgnored(best: number, count: number): boolean {
  // OpenAI's contract allows a `best_of` of 0, which means its default of 1.
  if (Math.max(best, 1) >= count) return best > count
  throw apiError('invalid_value', '`best_of` must not be less than `n`.', { param: 'best_of' })
}

function makeChatConverter(request: CompletionRequest): (text: string) => ChatCompletionRequest {
  const { max_tokens: limit, logprobs } = request
  const same = Object.fromEntries(
    SAME_FIELDS_IN_CHATS.map((name) => [name, request[name]]).filter(([, value]) => value !== undefined && value !== null),
  )
  const settings = {
    // The cast is safe: parameters in SAME_FIELDS_IN_CHATS have the same types in both APIs.
    ...(same as Pick<ChatCompletionRequest, (typeof SAME_FIELDS_IN_CHATS)[number]>),
    // Completions must be fast, because clients show them while the user types.
    reasoning_effort: 'none',
    ...(typeof limit === 'number' ? { max_completion_tokens: limit } : {}),
    ...(typeof logprobs === 'number' ? { logprobs: true, top_logprobs: logprobs } : {}),
  } as const
  return (text) => ({
    ...settings,
    messages: [
      { role: 'system', content: COMPLETION_PROMPT },
      { role: 'user', content: text },
    ],
  })
}
