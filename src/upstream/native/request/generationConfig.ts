import { DEFAULT_VOICE, toGeminiVoice } from '../../../audio/voices.js'
import type { ChatCompletionRequest } from '../../../contract/types.js'
import type { RequestContext } from '../../request/repairs/context.js'

/** Encodes `generationConfig`. Reports parameters that the model does not support as ignored. */
export function toGenerationConfig(chat: ChatCompletionRequest, context: RequestContext): Readonly<Record<string, unknown>> {
  const { ignore, traits } = context
  const google = chat.extra_body?.google
  const config: Record<string, unknown> = {}
  const set = (name: string, value: unknown): void => {
    if (value !== undefined && value !== null && value !== false) config[name] = value
  }
  set('maxOutputTokens', chat.max_tokens)
  set('temperature', chat.temperature)
  set('topP', chat.top_p)
  set('topK', traits.takesTopK ? google?.top_k : undefined)
  set('stopSequences', typeof chat.stop === 'string' ? [chat.stop] : chat.stop)
  set('seed', toInt32(chat.seed))
  set('presencePenalty', toPenalty(chat, 'presence_penalty', context))
  set('frequencyPenalty', toPenalty(chat, 'frequency_penalty', context))
  set('responseLogprobs', chat.logprobs)
  set('logprobs', chat.logprobs === true ? chat.top_logprobs : undefined)
  set('mediaResolution', traits.makesImages ? undefined : google?.media_resolution)
  set('imageConfig', toImageConfig(chat.image_config))
  set('audioTranscriptionConfig', toTranscriptionConfig(chat, context))
  set('thinkingConfig', toThinkingConfig(chat))
  if (chat.logprobs !== true && chat.top_logprobs !== undefined) ignore('top_logprobs')
  // `modalities` without `image` is ignored: image models cannot be restricted to text.
  if (traits.makesImages && chat.modalities && !chat.modalities.includes('image')) ignore('modalities')
  if (!traits.takesTopK && google?.top_k) ignore('extra_body.google.top_k')
  if (traits.makesImages && google?.media_resolution) ignore('extra_body.google.media_resolution')
  return Object.assign(config, toModalities(chat, context), toResponseMime(chat.response_format))
}

/** Returns a penalty; undefined for 0, and for models without penalties, which refuse even 0. */
function toPenalty(
  chat: ChatCompletionRequest,
  name: 'presence_penalty' | 'frequency_penalty',
  { traits, ignore }: RequestContext,
): number | undefined {
  const penalty = chat[name]
  if (!penalty) return undefined
  if (traits.takesPenalties) return penalty
  ignore(name)
  return undefined
}

/** Truncates OpenAI's 64-bit seed to Google's 32 bits, so that equal seeds stay equal. */
const toInt32 = (seed: number | null | undefined): number | undefined =>
  seed === null || seed === undefined ? undefined : Number(BigInt.asIntN(32, BigInt(seed)))

/** Encodes `modalities` and the voice. Speech excludes text: Gemini sends no transcript with it. */
function toModalities({ modalities, audio }: ChatCompletionRequest, { ignore }: RequestContext): object {
  if (modalities?.includes('audio')) {
    const voiceName = toGeminiVoice(audio?.voice ?? DEFAULT_VOICE, 'audio.voice')
    // All models accept `prebuiltVoiceConfig`. Gemini 3.8 needs another member for custom voices.
    return { responseModalities: ['AUDIO'], speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName } } } }
  }
  if (audio) ignore('audio')
  return modalities?.includes('image') ? { responseModalities: modalities.map((each) => each.toUpperCase()) } : {}
}

/** Encodes `audioTranscriptionConfig`, which transcription models require, even as `{}`. */
function toTranscriptionConfig({ extra_body: extra }: ChatCompletionRequest, { traits, ignore }: RequestContext): object | undefined {
  const config = extra?.google?.audio_transcription_config
  if (traits.transcribes) {
    const {
      language_codes: languageCodes,
      custom_vocabulary: customVocabulary,
      word_timestamp: wordTimestamp,
      diarization,
      mode,
    } = config ?? {}
    const members = { languageCodes, customVocabulary, wordTimestamp, diarization, mode }
    return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null))
  }
  // Only transcription models have transcription settings: report them as ignored for others.
  if (config) ignore('extra_body.google.audio_transcription_config')
  return undefined
}

/** Encodes image settings, which the request repairs have checked and moved to `image_config`. */
const toImageConfig = (config: ChatCompletionRequest['image_config']): object | undefined =>
  config ? { aspectRatio: config.aspect_ratio, imageSize: config.image_size } : undefined

function toThinkingConfig({ extra_body: extra }: ChatCompletionRequest): object | undefined {
  const config = extra?.google?.thinking_config
  if (!config) return undefined
  const { include_thoughts: includeThoughts, thinking_budget: thinkingBudget, thinking_level: thinkingLevel } = config
  return {
    ...(includeThoughts === undefined || includeThoughts === null ? {} : { includeThoughts }),
    ...(thinkingBudget === undefined || thinkingBudget === null ? {} : { thinkingBudget }),
    ...(thinkingLevel ? { thinkingLevel } : {}),
  }
}

type SchemaFormat = Extract<NonNullable<ChatCompletionRequest['response_format']>, { type: 'json_schema' }>

function toResponseMime(format: ChatCompletionRequest['response_format']): object {
  if (!format || format.type === 'text') return {}
  const json = { responseMimeType: 'application/json' }
  return format.type === 'json_schema' ? { ...json, responseJsonSchema: toDescribedSchema(format.json_schema) } : json
}

/** Returns the schema of an answer, with the description of `json_schema` before its own. */
function toDescribedSchema({ schema, description }: SchemaFormat['json_schema']): SchemaFormat['json_schema']['schema'] {
  if (!schema || !description || schema.description === description) return schema
  const { $ref, description: own, ...others } = schema
  // Google takes no description beside `$ref`, so the `$ref` is wrapped in an `anyOf`.
  return { ...others, ...($ref === undefined ? {} : { anyOf: [{ $ref }] }), description: own ? `${description}\n\n${own}` : description }
}
