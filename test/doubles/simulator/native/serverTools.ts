import type { Model } from '../models.js'
import { sign } from '../signatures.js'
import type { Behaviour, JsonObject } from '../types.js'
import { ofTool } from './signatures.js'
import { declarationsOf, hasTool, type NativePart, type NativeRequest } from './wire.js'

/** The parts and metadata that Google's own tools add to an answer. */
export interface ServerToolResult {
  readonly parts: readonly NativePart[]
  readonly grounding: JsonObject | undefined
  readonly urls: JsonObject | undefined
  readonly toolUseTokens: number
}

/** The values from which the output of Google's own tools is simulated. */
export interface ServedPrompt {
  readonly request: NativeRequest
  readonly model: Model
  readonly behaviour: Behaviour
  readonly userText: string
  /** The text of the answer, to which the citations refer. */
  readonly text: string
  /** True if no function has been called in this turn. */
  readonly isFirstStep: boolean
}

interface Source {
  readonly uri: string
  readonly title: string
}

const SOURCES: readonly Source[] = [
  { uri: 'https://vertexaisearch.cloud.google.com/grounding-api-redirect/simulated-1', title: 'example.com' },
  { uri: 'https://vertexaisearch.cloud.google.com/grounding-api-redirect/simulated-2', title: 'example.org' },
]
const PAGE_TOKENS = 500
const CODE_TOKENS = 149

/** Simulates Google's own tools. Only the first step of a turn contains tool calls and code. */
export const serverTools = (prompt: ServedPrompt): ServerToolResult => {
  const { request, behaviour, userText, isFirstStep, text } = prompt
  const isSearch = hasTool(request, 'googleSearch') && isSearching(request, behaviour)
  const pages = hasTool(request, 'urlContext') ? [...userText.matchAll(/https?:\/\/[^\s"'<>)]+[^\s"'<>).,;:!?]/g)].map(([url]) => url) : []
  const isCoding = hasTool(request, 'codeExecution') && isFirstStep
  const queries =
    typeof behaviour.grounding === 'object' && behaviour.grounding.queries ? behaviour.grounding.queries : [userText.slice(0, 80)]
  const sources = sourcesOf(behaviour, isSearch, pages)
  return {
    parts: [...(isFirstStep ? invocations(prompt, isSearch ? queries : [], pages) : []), ...(isCoding ? codeParts(prompt) : [])],
    grounding: isSearch || pages.length > 0 ? groundingOf(text, sources, isSearch ? queries : undefined) : undefined,
    urls: pages.length === 0 ? undefined : { urlMetadata: pages.map(metadataOf) },
    toolUseTokens: pages.length * PAGE_TOKENS + (isCoding ? CODE_TOKENS : 0),
  }
}

/** True if the model searches. If functions are declared, the behaviour must set `grounding`. */
const isSearching = (request: NativeRequest, { grounding }: Behaviour): boolean =>
  grounding === undefined ? declarationsOf(request).length === 0 : grounding !== false

function sourcesOf({ grounding }: Behaviour, isSearch: boolean, pages: readonly string[]): readonly Source[] {
  const found = typeof grounding === 'object' && grounding.sources ? grounding.sources : SOURCES
  return [...(isSearch ? found : []), ...pages.map((uri) => ({ uri, title: uri.replace(/^https?:\/\//, '').split('/', 1)[0] ?? '' }))]
}

const metadataOf = (url: string): JsonObject => ({
  retrievedUrl: url,
  urlRetrievalStatus: url.includes('missing') ? 'URL_RETRIEVAL_STATUS_ERROR' : 'URL_RETRIEVAL_STATUS_SUCCESS',
})

/**
 * Makes the parts with calls and results of Google's own tools. Gemini 3.x sends them if
 * `includeServerSideToolInvocations` is set.
 */
function invocations({ request, model }: ServedPrompt, queries: readonly string[], pages: readonly string[]): NativePart[] {
  if (request.toolConfig?.includeServerSideToolInvocations !== true || model.generation !== '3') return []
  return [
    ...(queries.length === 0
      ? []
      : invocation('GOOGLE_SEARCH_WEB', { queries }, { search_suggestions: '<div class="container"><a class="chip">search</a></div>' })),
    ...(pages.length === 0 ? [] : invocation('URL_CONTEXT', { urls: pages }, { urls_metadata: pages.map(metadataOf) })),
  ]
}

function invocation(toolType: string, args: JsonObject, response: JsonObject): NativePart[] {
  const id = shortId()
  return [
    { toolCall: { toolType, args, id }, thoughtSignature: sign(ofTool(id)) },
    { toolResponse: { toolType, response, id }, thoughtSignature: sign(ofTool(id)) },
  ]
}

const shortId = (): string => Math.random().toString(36).slice(2, 10).padEnd(8, '0')

function codeParts({ model, userText }: ServedPrompt): NativePart[] {
  const isThree = model.generation === '3'
  const id = isThree ? { id: shortId() } : {}
  const output = `${[...userText].length}\n`
  return [
    {
      executableCode: { language: 'PYTHON', code: `print(len(${JSON.stringify(userText)}))\n`, ...id },
      ...(isThree ? { thoughtSignature: sign('code') } : {}),
    },
    { codeExecutionResult: { outcome: 'OUTCOME_OK', output, ...id } },
  ]
}

const bytesOf = (text: string): number => Buffer.byteLength(text)

/** Makes grounding metadata with a citation per sentence. Offsets are in bytes of UTF-8. */
export function groundingOf(text: string, sources: readonly Source[], queries: readonly string[] | undefined): JsonObject {
  const sentences = [...text.matchAll(/[^.!?。！？\n]+[.!?。！？]*/gu)].filter(([sentence]) => sentence.trim() !== '')
  const supports = sentences.map((match, index) => {
    const [sentence] = match
    const lead = sentence.length - sentence.trimStart().length
    const start = bytesOf(text.slice(0, match.index + lead))
    const segment = sentence.trim()
    return {
      segment: { ...(start === 0 ? {} : { startIndex: start }), endIndex: start + bytesOf(segment), text: segment },
      // The first sentence cites all sources, each other sentence the next source.
      groundingChunkIndices: index === 0 ? sources.map((_, at) => at) : [index % sources.length],
    }
  })
  return {
    ...(queries === undefined
      ? {}
      : {
          searchEntryPoint: { renderedContent: '<style>\n.container {\n  display: flex;\n}\n</style>\n<div class="container"></div>\n' },
        }),
    groundingChunks: sources.map((web) => ({ web })),
    ...(sources.length === 0 || supports.length === 0 ? {} : { groundingSupports: supports }),
    ...(queries === undefined ? {} : { webSearchQueries: queries }),
  }
}
