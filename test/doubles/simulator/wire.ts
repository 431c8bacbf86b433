import { invalidArgument } from './errors.js'
import type { JsonObject } from './types.js'

/** A content part that the strict parser has accepted. */
export interface Part {
  readonly type?: string
  readonly text?: string
  readonly image_url?: { readonly url?: string }
  readonly input_audio?: { readonly data?: string; readonly format?: string }
}

/** The member in which a message or a tool call has its thought signature. */
interface Signed {
  readonly extra_content?: { readonly google?: { readonly thought_signature?: string } } | null
}

/** A tool call as a client sends it back. */
export interface SentCall extends Signed {
  readonly id?: string
  readonly function?: { readonly name?: string; readonly arguments?: string }
}

/** A message that the strict parser has accepted. */
export interface ChatMessage extends Signed {
  readonly role?: string
  readonly content?: string | readonly Part[] | null
  readonly tool_calls?: readonly SentCall[] | null
  readonly tool_call_id?: string
}

/** A function the model may call. */
export interface Tool {
  readonly type?: string
  readonly function?: { readonly name?: string; readonly description?: string; readonly parameters?: JsonObject | null }
}

/** The thinking configuration of a request. */
export interface ThinkingConfig {
  readonly include_thoughts?: boolean | null
  readonly thinking_budget?: number | null
  readonly thinking_level?: string | null
}

/** A chat request whose field names and types the strict parser has accepted. */
export interface ChatRequest {
  readonly model: string
  readonly messages?: readonly ChatMessage[] | null
  readonly temperature?: number | null
  readonly top_p?: number | null
  readonly max_tokens?: number | null
  readonly max_completion_tokens?: number | null
  readonly n?: number | null
  readonly stop?: string | readonly string[] | null
  readonly stream?: boolean | null
  readonly stream_options?: { readonly include_usage?: boolean | null } | null
  readonly tools?: readonly Tool[] | null
  readonly tool_choice?: string | { readonly function?: { readonly name?: string } } | null
  readonly parallel_tool_calls?: boolean | null
  readonly response_format?: { readonly type?: string; readonly json_schema?: { readonly schema?: JsonObject } } | null
  readonly reasoning_effort?: string | null
  readonly service_tier?: string | null
  readonly presence_penalty?: number | null
  readonly extra_body?: { readonly google?: { readonly thinking_config?: ThinkingConfig | null } | null } | null
}

/** Returns the text of a message's content: the string, or the joined texts of its parts. */
export const textOf = (content: ChatMessage['content']): string =>
  typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('')

/** Returns the signature of a message or a tool call; '' if it has none. */
export const signatureOf = ({ extra_content: extra }: Signed): string => extra?.google?.thought_signature ?? ''

/** Returns the thinking configuration of a request; undefined if it has none. */
export const thinkingOf = (request: ChatRequest): ThinkingConfig | undefined => request.extra_body?.google?.thinking_config ?? undefined

/** Makes a refusal with status 400, whose message has the form of Google's request validation. */
export const generateError = (field: string, text: string): Error => invalidArgument(`* GenerateContentRequest.${field}: ${text}\n`)
