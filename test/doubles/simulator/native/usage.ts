import { countTokens } from '../tokens.js'
import type { Behaviour, JsonObject } from '../types.js'
import type { NativeAnswer } from './answer.js'
import type { NativePart, NativeRequest } from './wire.js'

const MEDIUM_TOKENS = 258
const CACHED_TOKENS = 4096
const IMAGE_TOKENS = 1120
// Google counts 25 tokens per second of speech, which is 48,000 bytes.
const BYTES_PER_SPEECH_TOKEN = 1920

/** Estimates the tokens of a request: texts, media, tools and schemas. */
export const promptTokensOf = (request: NativeRequest): number =>
  textTokensOf(request) + MEDIUM_TOKENS * mediaOf(request).length + cachedTokensOf(request)

/** Returns the tokens of the explicit cache of a request; 0 without one. */
export const cachedTokensOf = ({ cachedContent }: NativeRequest): number => (cachedContent === undefined ? 0 : CACHED_TOKENS)

function textTokensOf({ contents = [], systemInstruction, tools, generationConfig: config = {} }: NativeRequest): number {
  const parts = [...contents, ...(systemInstruction === undefined ? [] : [systemInstruction])].flatMap((content) => content.parts ?? [])
  const texts = parts.map(textOf)
  const schema = config.responseJsonSchema ?? config.responseSchema
  if (tools !== undefined) texts.push(JSON.stringify(tools))
  if (schema !== undefined) texts.push(JSON.stringify(schema))
  return texts.reduce((sum, text) => sum + countTokens(text), 0)
}

/** Returns a part as text for counting tokens, without its signature and inline data. */
function textOf({ thoughtSignature: _signature, inlineData: _data, ...part }: NativePart): string {
  return part.text ?? JSON.stringify(part)
}

const mediaOf = ({ contents = [] }: NativeRequest): string[] =>
  contents
    .flatMap(({ parts }) => parts ?? [])
    .flatMap((part) => [part, ...(part.functionResponse?.parts ?? [])])
    .flatMap(({ inlineData, fileData }) => (inlineData ?? fileData)?.mimeType ?? [])

/** Makes `promptTokensDetails`: the tokens of text and of each kind of media. */
export const promptTokensDetailsOf = (request: NativeRequest, total: number): JsonObject[] => {
  const media = new Map<string, number>()
  for (const type of mediaOf(request)) {
    const kind = /^(?:image|audio|video)/.exec(type)?.[0].toUpperCase() ?? 'DOCUMENT'
    media.set(kind, (media.get(kind) ?? 0) + MEDIUM_TOKENS)
  }
  const rest = total - [...media.values()].reduce((sum, count) => sum + count, 0)
  return [['TEXT', Math.max(0, rest)] as const, ...media].map(([modality, tokenCount]) => ({ modality, tokenCount }))
}

/** The values from which the usage in one event is made. */
export interface Snapshot {
  readonly answer: NativeAnswer
  readonly request: NativeRequest
  readonly behaviour: Behaviour
  /** Number of tokens of the answer up to and including this event. */
  readonly candidates: number
  readonly isLast: boolean
}

/** The `usageMetadata` of one event or answer; counters that are zero are left out. */
export const usageMetadata = ({ answer, request, behaviour, candidates, isLast }: Snapshot): JsonObject => {
  const { usage, toolResult: served } = answer
  const media = isLast ? answer.after.flatMap(({ inlineData }) => inlineData ?? []) : []
  const kind = media.some(({ mimeType }) => mimeType?.startsWith('audio/')) ? 'audio' : 'image'
  const speech = media.reduce((bytes, { data = '' }) => bytes + (data.length * 3) / 4, 0)
  const mediaTokens = kind === 'image' ? media.length * IMAGE_TOKENS : Math.ceil(speech / BYTES_PER_SPEECH_TOKEN)
  const said = candidates + mediaTokens
  const toolUse = served.toolUseTokens
  const cached = usage.cached + cachedTokensOf(request)
  const total = usage.prompt + said + usage.thoughts + toolUse
  const override = typeof behaviour.usage === 'object' ? behaviour.usage : {}
  const all = {
    promptTokenCount: usage.prompt,
    ...counted('cachedContentTokenCount', cached),
    ...counted('candidatesTokenCount', said),
    totalTokenCount: isLast ? (override.total_tokens ?? total) : total,
    promptTokensDetails: promptTokensDetailsOf(request, usage.prompt),
    ...(cached === 0 ? {} : { cacheTokensDetails: [{ modality: 'TEXT', tokenCount: cached }] }),
    ...(mediaTokens === 0 ? {} : { candidatesTokensDetails: [{ modality: kind.toUpperCase(), tokenCount: mediaTokens }] }),
    ...counted('toolUsePromptTokenCount', toolUse),
    ...(toolUse === 0 ? {} : { toolUsePromptTokensDetails: [{ modality: 'TEXT', tokenCount: toolUse }] }),
    ...counted('thoughtsTokenCount', usage.thoughts),
    serviceTier: request.serviceTier ?? 'standard',
  }
  return isLast ? withoutNulls({ ...all, ...behaviour.usageMetadata }) : all
}

const counted = (name: string, count: number): JsonObject => (count === 0 ? {} : { [name]: count })

const withoutNulls = (value: JsonObject): JsonObject => Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null))
