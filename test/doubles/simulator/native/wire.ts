import type { JsonObject } from '../types.js'

/** A part of a request that the strict parser has accepted, or a part of an answer. */
export interface NativePart {
  readonly text?: string
  readonly thought?: boolean
  readonly thoughtSignature?: string
  readonly inlineData?: { readonly mimeType?: string; readonly data?: string }
  readonly fileData?: { readonly mimeType?: string; readonly fileUri?: string }
  readonly functionCall?: { readonly id?: string; readonly name?: string; readonly args?: JsonObject }
  readonly functionResponse?: {
    readonly id?: string
    readonly name?: string
    readonly response?: JsonObject
    readonly parts?: readonly NativePart[]
  }
  readonly executableCode?: { readonly language?: string; readonly code?: string; readonly id?: string }
  readonly codeExecutionResult?: { readonly outcome?: string; readonly output?: string; readonly id?: string }
  readonly toolCall?: { readonly toolType?: string; readonly args?: JsonObject; readonly id?: string }
  readonly toolResponse?: { readonly toolType?: string; readonly response?: JsonObject; readonly id?: string }
  readonly speechMetadata?: { readonly speaker?: string; readonly style?: string }
  readonly audioTranscription?: JsonObject
}

export interface NativeContent {
  readonly role?: string
  readonly parts?: readonly NativePart[]
}

export interface FunctionDeclaration {
  readonly name?: string
  readonly description?: string
  readonly parameters?: JsonObject
  readonly parametersJsonSchema?: unknown
  readonly response?: JsonObject
  readonly responseJsonSchema?: unknown
}

/** One entry of `tools`: function declarations, or one of Google's own tools as a named member. */
export interface NativeTool extends JsonObject {
  readonly functionDeclarations?: readonly FunctionDeclaration[]
}

export interface GenerationConfig {
  readonly maxOutputTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly candidateCount?: number
  readonly stopSequences?: readonly string[]
  readonly presencePenalty?: number
  readonly frequencyPenalty?: number
  readonly responseLogprobs?: boolean
  readonly logprobs?: number
  readonly responseMimeType?: string
  readonly responseSchema?: JsonObject
  readonly responseJsonSchema?: unknown
  readonly responseModalities?: readonly (string | number)[]
  readonly imageConfig?: { readonly aspectRatio?: string; readonly imageSize?: string }
  readonly speechConfig?: {
    readonly voiceConfig?: { readonly voice?: string; readonly prebuiltVoiceConfig?: { readonly voiceName?: string } }
    readonly multiSpeakerVoiceConfig?: JsonObject
  }
  readonly responseFormat?: { readonly audio?: { readonly mimeType?: string | number } }
  readonly audioTranscriptionConfig?: {
    readonly languageCodes?: readonly string[]
    readonly customVocabulary?: readonly string[]
    readonly wordTimestamp?: boolean
    readonly diarization?: boolean
    readonly mode?: string | number
  }
  readonly mediaResolution?: string
  readonly thinkingConfig?: { readonly includeThoughts?: boolean; readonly thinkingBudget?: number; readonly thinkingLevel?: string }
}

/** A request that the strict parser has accepted: names are in camelCase, and nulls removed. */
export interface NativeRequest {
  readonly contents?: readonly NativeContent[]
  readonly systemInstruction?: NativeContent
  readonly tools?: readonly NativeTool[]
  readonly toolConfig?: {
    readonly functionCallingConfig?: { readonly mode?: string; readonly allowedFunctionNames?: readonly string[] }
    readonly includeServerSideToolInvocations?: boolean
  }
  readonly safetySettings?: readonly { readonly category?: string | number; readonly threshold?: string | number }[]
  readonly generationConfig?: GenerationConfig
  readonly cachedContent?: string
  readonly serviceTier?: string | number
  readonly continuationToken?: string
}

/** Returns all functions that a request declares, from all entries of `tools`. */
export const declarationsOf = ({ tools }: NativeRequest): readonly FunctionDeclaration[] =>
  (tools ?? []).flatMap((tool) => tool.functionDeclarations ?? [])

/** True if a request enables this tool, which Google runs itself. */
export const hasTool = ({ tools }: NativeRequest, name: string): boolean => (tools ?? []).some((tool) => tool[name] !== undefined)
