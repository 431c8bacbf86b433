// The objects of Gemini's native API, reduced to the members that the proxy reads or writes.
// Source: https://ai.google.dev/api/generate-content

/** A part of a content: one member with data, such as `text`, and optional ones with metadata. */
export interface Part {
  readonly text?: string
  readonly thought?: boolean
  /** Gemini's proof of its own thoughts, in base64; must be sent back in the same part. */
  readonly thoughtSignature?: string
  readonly inlineData?: Blob
  readonly fileData?: { readonly mimeType?: string; readonly fileUri: string }
  readonly functionCall?: FunctionCall
  readonly functionResponse?: FunctionResponse
  readonly executableCode?: ExecutableCode
  readonly codeExecutionResult?: CodeExecutionResult
  /** A call of one of Google's own tools, executed by Google. */
  readonly toolCall?: ServerToolCall
  readonly toolResponse?: { readonly toolType?: string; readonly response?: object; readonly id?: string }
  readonly mediaResolution?: { readonly level: string }
  /** The style in which a speech model speaks the text. */
  readonly speechMetadata?: { readonly style: string }
  /** One speaker's turn of transcribed audio input. */
  readonly audioTranscription?: AudioTranscription
  /** Start, end and frames per second of the section of a video that the model reads. */
  readonly videoMetadata?: { readonly startOffset?: string; readonly endOffset?: string; readonly fps?: number }
}

/** One speaker's turn of a transcription. Offsets are strings such as `1.240s`. */
export interface AudioTranscription {
  readonly text?: string | null
  readonly languageCode?: string | null
  readonly speakerLabel?: string | null
  readonly words?:
    | readonly { readonly word?: string | null; readonly startOffset?: string | null; readonly endOffset?: string | null }[]
    | null
}

/** Media in base64. */
export interface Blob {
  readonly mimeType: string
  readonly data: string
}

/** A call of a function that the request declared. */
export interface FunctionCall {
  readonly id?: string
  readonly name: string
  readonly args?: object
  /** Fragments of streamed arguments; only Vertex AI sends them. */
  readonly partialArgs?: readonly object[] | null
}

/** The result of a function call, sent to Gemini. */
export interface FunctionResponse {
  readonly id?: string
  readonly name: string
  readonly response: object
  readonly parts?: readonly Part[]
}

/** Code that the model wrote and Google executed. */
export interface ExecutableCode {
  readonly language?: string
  readonly code?: string
  readonly id?: string
}

/** The result of executed code. */
export interface CodeExecutionResult {
  readonly outcome?: string
  readonly output?: string
  readonly id?: string
}

/** A call of one of Google's own tools, such as Google Search. */
export interface ServerToolCall {
  readonly toolType?: string
  readonly args?: Readonly<Record<string, unknown>>
  readonly id?: string
}

/** One turn of a conversation. */
export interface Content {
  readonly role: 'user' | 'model'
  readonly parts: readonly Part[]
}

/** The body of `generateContent` and `streamGenerateContent`. */
export interface GenerateContentRequest {
  readonly contents: readonly Content[]
  readonly systemInstruction?: { readonly parts: readonly Part[] }
  readonly tools?: readonly object[]
  readonly toolConfig?: ToolConfig
  readonly safetySettings?: readonly object[]
  readonly generationConfig?: Readonly<Record<string, unknown>>
  readonly cachedContent?: string
  readonly serviceTier?: string
  readonly continuationToken?: string
}

/** Settings for tools, such as which functions the model may or must call. */
export interface ToolConfig {
  readonly functionCallingConfig?: { readonly mode: string; readonly allowedFunctionNames?: readonly string[] }
  readonly includeServerSideToolInvocations?: true
}

/** A whole answer of `generateContent`, or one event of its stream. */
export interface GenerateContentResponse {
  readonly candidates?: readonly Candidate[] | null
  readonly promptFeedback?: { readonly blockReason?: string; readonly blockReasonMessage?: string } | null
  readonly usageMetadata?: UsageMetadata | null
  readonly modelVersion?: string
}

/** One of the answers that the model generated for a request. */
export interface Candidate {
  readonly index?: number
  readonly content?: { readonly parts?: readonly Part[] | null } | null
  readonly finishReason?: string
  readonly finishMessage?: string
  readonly continuationToken?: string
  readonly groundingMetadata?: object | null
  readonly urlContextMetadata?: object | null
  readonly citationMetadata?: object | null
  readonly safetyRatings?: readonly object[] | null
  readonly logprobsResult?: LogprobsResult | null
  readonly avgLogprobs?: number
}

/** Number of tokens of one modality, such as `TEXT` or `AUDIO`. */
export interface ModalityTokens {
  readonly modality?: string
  readonly tokenCount?: number
}

/** Token counts of an answer. In a stream, each event has the counts so far, not increments. */
export interface UsageMetadata {
  readonly promptTokenCount?: number
  readonly cachedContentTokenCount?: number
  readonly candidatesTokenCount?: number
  readonly thoughtsTokenCount?: number
  readonly toolUsePromptTokenCount?: number
  readonly totalTokenCount?: number
  readonly promptTokensDetails?: readonly ModalityTokens[] | null
  readonly cacheTokensDetails?: readonly ModalityTokens[] | null
  readonly candidatesTokensDetails?: readonly ModalityTokens[] | null
  readonly serviceTier?: string
}

/** Log probabilities: both lists have one entry for each token of the answer. */
export interface LogprobsResult {
  readonly chosenCandidates?: readonly LogprobsToken[] | null
  readonly topCandidates?: readonly { readonly candidates?: readonly LogprobsToken[] | null }[] | null
}

/** A token and its log probability. */
export interface LogprobsToken {
  readonly token?: string | null
  readonly logProbability?: number | '-Infinity' | 'NaN' | 'Infinity' | null
}
