import type { components, operations } from '../../generated/openapi.js'

type Schemas = components['schemas']

/** The body of POST /v1/chat/completions. */
export type ChatCompletionRequest = Schemas['ChatCompletionRequest']
/** A message of a chat request; `role` says which kind. */
export type RequestMessage = Schemas['ChatMessage']
/** A tool call in an assistant message of a chat request. */
export type RequestToolCall = Schemas['ToolCall']
/** A part of a user message in a chat request. */
export type UserContentPart = Schemas['UserContentPart']
/** A tool that a chat request offers to the model. */
export type RequestTool = Schemas['Tool']
/** Google's additions to a message or a tool call, such as the thought signature. */
export type ExtraContent = Schemas['ExtraContent']
/** Google's setting of how a model thinks, in `extra_body.google.thinking_config`. */
export type ThinkingConfig = Schemas['ThinkingConfig']
/** A whole answer of a chat. */
export type ChatCompletion = Schemas['ChatCompletion']
/** One event of a streamed answer. */
export type ChatCompletionChunk = Schemas['ChatCompletionChunk']
/** The body of POST /v1/responses. */
export type ResponseRequest = Schemas['ResponseRequest']
/** An answer in the form of the Responses API; `Response` is taken by the language. */
export type ModelResponse = Schemas['Response']
/** One event of an answer in the form of the Responses API. */
export type ResponseStreamEvent = Schemas['ResponseStreamEvent']
/** The body of POST /v1/embeddings. */
export type EmbeddingRequest = Schemas['EmbeddingRequest']
/** The vectors of some texts. */
export type EmbeddingResponse = Schemas['EmbeddingResponse']
/** What OpenAI's clients read when something failed. */
export type ErrorResponse = Schemas['ErrorResponse']
/** A model as listed. */
export type Model = Schemas['Model']
/** Token counts of one answer: prompt + completion = total. */
export type Usage = Schemas['Usage']

/** Every operation of the contract. */
export type OperationId = keyof operations

type JsonOf<T> = T extends { content: { 'application/json': infer Body } } ? Body : never
type TextOf<T> = T extends { content: { 'text/plain': infer Body } } ? Body : never
type Success<Id extends OperationId> = operations[Id]['responses'] extends { 200: infer Answer } ? Answer : never

/** The parsed JSON body of an operation; `undefined` where it takes none. */
export type BodyOf<Id extends OperationId> = operations[Id] extends { requestBody: { content: { 'application/json': infer Body } } }
  ? Body
  : undefined
/** The decoded path parameters of an operation. */
export type PathOf<Id extends OperationId> = operations[Id]['parameters'] extends { path: infer Path } ? Path : Record<never, never>
/** The declared query parameters of an operation. */
export type QueryOf<Id extends OperationId> = operations[Id]['parameters'] extends { query?: infer Query }
  ? NonNullable<Query>
  : Record<never, never>
/** The JSON answer of an operation, as the contract has it for status 200. */
export type AnswerOf<Id extends OperationId> = JsonOf<Success<Id>>
/** A script or style sheet of the docs page. */
export type DocsAsset = PathOf<'getDocsAsset'>['asset']
/** The operations that answer with a file: the contract lets them say that it has not changed. */
export type FileOperationId = { [Id in OperationId]: operations[Id]['responses'] extends { 304: unknown } ? Id : never }[OperationId]
/** The plain text answer of an operation. */
export type PlainTextOf<Id extends OperationId> = TextOf<Success<Id>>

/** Events of the operations that stream; the generator types an event stream as `unknown`, so that they stand here. */
export interface Streams {
  createChatCompletion: ChatCompletionChunk
  getChatCompletion: ChatCompletionChunk
  createResponse: ResponseStreamEvent
  getResponse: ResponseStreamEvent
}
