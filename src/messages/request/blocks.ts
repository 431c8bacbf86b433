import { apiError } from '../../contract/errors.js'
import { isRecord } from '../../contract/isRecord.js'
import type { LocatedPart } from '../../responses/request/parts.js'
import { type JsonObject, optionalString, requireString } from '../../responses/request/readers.js'

/** A content block of a message, and its path in the request, such as `messages[0].content[1]`. */
export interface LocatedBlock {
  readonly block: JsonObject
  readonly path: string
}

/** Returns content as blocks: a string is one text block, null none. @throws 400 for other types */
export function toBlocks(content: unknown, path: string): LocatedBlock[] {
  if (content === undefined || content === null) return []
  if (typeof content === 'string') return [{ block: { type: 'text', text: content }, path }]
  if (!Array.isArray(content)) throw apiError('invalid_type', `Invalid type for '${path}': expected a string or an array.`, { param: path })
  return content.map((block: unknown, index) => {
    const blockPath = `${path}[${index}]`
    if (!isRecord(block)) throw apiError('invalid_type', `Invalid type for '${blockPath}': expected an object.`, { param: blockPath })
    return { block, path: blockPath }
  })
}

/** Called with the path of each part of the request that is accepted and has no effect. */
export type ReportIgnored = (path: string) => void

/** Converts content blocks to parts of a chat message; ignores blocks of unknown types. */
export const convertBlocks = (blocks: readonly LocatedBlock[], ignore: ReportIgnored): LocatedPart[] =>
  blocks.flatMap(({ block, path }) => {
    // BLOCK_READERS is a Map, because a client may send `constructor` as the type.
    const read = BLOCK_READERS.get(block.type)
    if (read !== undefined) return read(block, path, ignore)
    ignore(path)
    return []
  })

type BlockReader = (block: JsonObject, path: string, ignore: ReportIgnored) => LocatedPart[]

const BLOCK_READERS: ReadonlyMap<unknown, BlockReader> = new Map<unknown, BlockReader>([
  ['text', (block, path) => [toTextPart(requireString(block, 'text', path), path)]],
  ['image', readImageBlock],
  ['document', readDocument],
  ['search_result', readSearchResult],
  ['tool_reference', (block, path) => [toTextPart(`The tool ${requireString(block, 'tool_name', path)} is available now.`, path)]],
])

const toTextPart = (text: string, path: string): LocatedPart => ({ part: { type: 'text', text }, path })

function sourceOf(block: JsonObject, path: string): JsonObject {
  if (isRecord(block.source)) return block.source
  const param = `${path}.source`
  throw apiError('missing_required_parameter', `Missing required parameter: '${param}'.`, { param })
}

function unsupportedSource(path: string, supported: readonly string[]): Error {
  const param = `${path}.source.type`
  const message = `Invalid value for '${param}'. Supported values are: ${supported.map((each) => `'${each}'`).join(', ')}.`
  return apiError('invalid_value', message, { param })
}

/** Makes the chat part for an uploaded file; errors about it name the path of its `file_id`. */
const fromFileId = (source: JsonObject, path: string): LocatedPart => ({
  part: { type: 'file', file: { file_id: requireString(source, 'file_id', path) } },
  path,
  mediaPath: `${path}.file_id`,
})

/** Returns the URL of a media source, or a data URI for base64; undefined for other types. */
function urlOf(source: JsonObject, path: string): string | undefined {
  if (source.type === 'url') return requireString(source, 'url', path)
  if (source.type !== 'base64') return undefined
  return `data:${requireString(source, 'media_type', path)};base64,${requireString(source, 'data', path)}`
}

function readImageBlock(block: JsonObject, path: string): LocatedPart[] {
  const source = sourceOf(block, path)
  if (source.type === 'file') return [fromFileId(source, `${path}.source`)]
  const url = urlOf(source, `${path}.source`)
  if (url === undefined) throw unsupportedSource(path, ['base64', 'url', 'file'])
  return [{ part: { type: 'image_url', image_url: { url } }, path, mediaPath: `${path}.source` }]
}

function readDocument(block: JsonObject, path: string, ignore: ReportIgnored): LocatedPart[] {
  const source = sourceOf(block, path)
  const title = optionalString(block, 'title')
  const about = [title, optionalString(block, 'context')].filter((text) => text !== undefined)
  const head = about.length === 0 ? [] : [toTextPart(about.join('\n'), path)]
  if (source.type === 'text') return [...head, toTextPart(requireString(source, 'data', `${path}.source`), path)]
  if (source.type === 'content') return [...head, ...convertBlocks(toBlocks(source.content, `${path}.source.content`), ignore)]
  if (source.type === 'file') return [...head, fromFileId(source, `${path}.source`)]
  const url = urlOf(source, `${path}.source`)
  if (url === undefined) throw unsupportedSource(path, ['base64', 'url', 'text', 'content', 'file'])
  // The name is omitted for a link: a title such as "Introduction to Node.js", which seems to end
  // with an extension, must not decide its media type.
  const file = { file_data: url, ...(title === undefined || source.type === 'url' ? {} : { filename: title }) }
  return [...head, { part: { type: 'file', file }, path, mediaPath: `${path}.source` }]
}

function readSearchResult(block: JsonObject, path: string, ignore: ReportIgnored): LocatedPart[] {
  const head = [optionalString(block, 'title'), optionalString(block, 'source')].filter((text) => text !== undefined)
  return [toTextPart(head.join('\n'), path), ...convertBlocks(toBlocks(block.content, `${path}.content`), ignore)]
}
