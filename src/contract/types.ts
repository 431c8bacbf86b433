import type { components, operations } from '../../generated/openapi.js'
import type { RawBodyOperationId, RawJson } from './rawJson.js'

type Schemas = components['schemas']

/** The body of POST /v1/chat/completions. */
export type ChatCompletionRequest = Schemas['ChatCompletionRequest']
/** A message of a chat request; `role` says which kind. */
export type RequestMessage = Schemas['ChatMessage']
/** A part of a user message in a chat request. */
export type UserContentPart = Schemas['UserContentPart']
/** A tool that a chat request offers to the model. */
export type RequestTool = Schemas['Tool']
/** Google's additions to a message or a tool call, such as the thought signature. */
export type ExtraContent = Schemas['ExtraContent']
/** Google's setting of how a model thinks, in `extra_body.google.thinking_config`. */
export type ThinkingConfig = Schemas['ThinkingConfig']
/** A chat completion that is not streamed. */
export type ChatCompletion = Schemas['ChatCompletion']
/** One chunk of a streamed chat completion. */
export type ChatCompletionChunk = Schemas['ChatCompletionChunk']
/** One choice of a chat completion. */
export type ChatChoice = ChatCompletion['choices'][number]
/** The assistant's message in a choice. */
export type ChatMessage = ChatChoice['message']
/** A source that the text of a chat message cites. */
export type ChatAnnotation = Schemas['Annotation']
/** A tool call of a chat message. */
export type ToolCall = NonNullable<ChatMessage['tool_calls']>[number]
/** Log probabilities of the tokens of an answer. */
export type Logprobs = Schemas['Logprobs']
/** The reason why the model stopped generating a choice. */
export type FinishReason = ChatChoice['finish_reason']
/** One choice of a chunk. */
export type ChunkChoice = ChatCompletionChunk['choices'][number]
/** The part of a choice's message that a chunk adds. */
export type ChunkDelta = ChunkChoice['delta']
/** The part of one tool call that a chunk adds. */
export type ToolCallDelta = NonNullable<ChunkDelta['tool_calls']>[number]
/** The body of POST /v1/responses. */
export type ResponseRequest = Schemas['ResponseRequest']
/** A response of the Responses API. Not named `Response`, which is a global of Node.js. */
export type ModelResponse = Schemas['Response']
/** One event of a streamed response of the Responses API. */
export type ResponseStreamEvent = Schemas['ResponseStreamEvent']
/** The body of POST /v1/messages. */
export type MessageRequest = Schemas['MessageRequest']
/** The body of POST /v1/messages/count_tokens. */
export type MessageCountRequest = Schemas['MessageCountRequest']
/** An answer of Anthropic's Messages API. */
export type AnthropicMessage = Schemas['Message']
/** One event of a streamed answer of Anthropic's Messages API. */
export type MessageStreamEvent = Schemas['MessageStreamEvent']
/** One entry of GET /v1/models in Anthropic's format. */
export type AnthropicModel = Schemas['AnthropicModel']
/** The body of POST /v1/completions. */
export type CompletionRequest = Schemas['CompletionRequest']
/** A response of the legacy Completions API, whole or as a chunk of a stream. */
export type Completion = Schemas['Completion']
/** The body of POST /v1/embeddings. */
export type EmbeddingRequest = Schemas['EmbeddingRequest']
/** The response of POST /v1/embeddings. */
export type EmbeddingResponse = Schemas['EmbeddingResponse']
/** The body of POST /v1/images/generations. */
export type ImageRequest = Schemas['ImageRequest']
/** The multipart form of POST /v1/images/edits. */
export type ImageEditForm = Schemas['ImageEditForm']
/** The response of the Images API. */
export type ImagesResponse = Schemas['ImagesResponse']
/** Token counts in the format of the Images API. */
export type ImageUsage = Schemas['ImageUsage']
/** One event of a stream of images. */
export type ImageStreamEvent = Schemas['ImageStreamEvent']
/** The body of every error response, in OpenAI's format. */
export type ErrorResponse = Schemas['ErrorResponse']
/** The body of every error response in Anthropic's format. */
export type AnthropicErrorResponse = Schemas['AnthropicErrorResponse']
/** The body of every error response in Google's format. */
export type GoogleErrorResponse = Schemas['GoogleErrorResponse']
/** The body of POST /v1/audio/speech. */
export type SpeechRequest = Schemas['SpeechRequest']
/** One event of streamed speech. */
export type SpeechStreamEvent = Schemas['SpeechStreamEvent']
/** The multipart form of POST /v1/audio/transcriptions. */
export type TranscriptionRequest = Schemas['TranscriptionRequest']
/** A transcript in JSON. */
export type Transcription = Schemas['Transcription']
/** One event of a streamed transcription. */
export type TranscriptionStreamEvent = Schemas['TranscriptionStreamEvent']
/** One entry of GET /v1/models. */
export type Model = Schemas['Model']
/** The processing tier that served a request; null if it is unknown. */
export type ServedTier = Schemas['ServedTier']
/** Token counts of one chat completion: prompt + completion = total. */
export type Usage = Schemas['Usage']

/** An uploaded file in the format of OpenAI's Files API. */
export type OpenAIFile = Schemas['OpenAIFile']
/** One page of the list of uploaded files. */
export type FileList = Schemas['FileList']

/** The `operationId` of every operation of the contract. */
export type OperationId = keyof operations

/** A file of a multipart form. */
export type { UploadedFile } from '../../generated/openapi.js'

type JsonOf<T> = T extends { content: { 'application/json': infer Body } } ? Body : never
type TextOf<T> = T extends { content: { 'text/plain': infer Body } } ? Body : never
type Success<Id extends OperationId> = operations[Id]['responses'] extends { 200: infer Response } ? Response : never

type FormOf<T> = T extends { content: { 'multipart/form-data': infer Body } } ? Body : never
type ParsedBody<T> = [JsonOf<T> | FormOf<T>] extends [never] ? undefined : JsonOf<T> | FormOf<T>

/** The request body of an operation, parsed unless it is {@link RawJson}; `undefined` for none. */
export type BodyOf<Id extends OperationId> = Id extends RawBodyOperationId
  ? RawJson | (Id extends 'cancelInteraction' ? undefined : never)
  : operations[Id] extends { requestBody: infer Body }
    ? ParsedBody<Body>
    : undefined
/** The decoded path parameters of an operation. */
export type PathOf<Id extends OperationId> = operations[Id]['parameters'] extends { path: infer Path } ? Path : Record<never, never>
/** The declared query parameters of an operation. */
export type QueryOf<Id extends OperationId> = operations[Id]['parameters'] extends { query?: infer Query }
  ? NonNullable<Query>
  : Record<never, never>
/** The JSON response body of an operation for status 200; `never` if it has none. */
export type JsonResponseOf<Id extends OperationId> = JsonOf<Success<Id>>
/** The operations that respond with a file: those for which the contract declares status 304. */
export type FileOperationId = { [Id in OperationId]: operations[Id]['responses'] extends { 304: unknown } ? Id : never }[OperationId]
/** The operations that may redirect: those for which the contract declares status 302. */
export type RedirectOperationId = { [Id in OperationId]: operations[Id]['responses'] extends { 302: unknown } ? Id : never }[OperationId]
/** The plain text response body of an operation for status 200; `never` if it has none. */
export type PlainTextOf<Id extends OperationId> = TextOf<Success<Id>>

/** Event types of the operations that stream; `generated/` types an event stream as `unknown`. */
export interface StreamEvents {
  createChatCompletion: ChatCompletionChunk
  getChatCompletion: ChatCompletionChunk
  createResponse: ResponseStreamEvent
  getResponse: ResponseStreamEvent
  createMessage: MessageStreamEvent
  createCompletion: Completion
  createImage: ImageStreamEvent
  createImageEdit: ImageStreamEvent
  createSpeech: SpeechStreamEvent
  createTranscription: TranscriptionStreamEvent
}

/** The operations of Google's APIs, whose responses are relayed unchanged. */
export type RelayedOperationId = RawBodyOperationId | 'listGoogleModels' | 'retrieveGoogleModel' | 'getInteraction' | 'deleteInteraction'

/** The operations whose JSON responses can be made in pieces while they are sent. */
export type LongJsonOperationId = 'createEmbedding'

/** The operations that can respond with bytes instead of JSON. */
export type BytesOperationId = RelayedOperationId | 'createSpeech'

/** The operations that can respond with a stream of bytes. */
export type BytesStreamOperationId = 'streamGenerateContent' | 'createInteraction' | 'getInteraction' | 'createSpeech'
