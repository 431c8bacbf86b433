import { isRecord } from '../../contract/isRecord.js'
import { type JsonObject, optionalString, requireString, unknownValueError } from './readers.js'

/** A content part of a chat message. */
export type ChatPart = JsonObject & { readonly type: string }

/** A content part of a chat message, with its path in the client's request. */
export interface LocatedPart {
  readonly part: ChatPart
  /** Path of the part in the client's request, such as `input[0].content[1]`. */
  readonly path: string
  /** Path of the part's media data, URL or file id, for errors about the media. */
  readonly mediaPath?: string
}

/** Makes the chat part for an uploaded file; errors about it name the path of its `file_id`. */
const toFileIdPart = (id: string, path: string): LocatedPart => ({
  part: { type: 'file', file: { file_id: id } },
  path,
  mediaPath: `${path}.file_id`,
})

type IgnorePath = (path: string) => void
type PartReader = (part: JsonObject, path: string, ignore: IgnorePath) => LocatedPart

const readTextPart: PartReader = (part, path) => ({ part: { type: 'text', text: requireString(part, 'text', path) }, path })

// Prefix of OpenAI's ciphertext. Agents send other providers plain text in the same field.
const OPENAI_CIPHERTEXT = 'gAAAAA'
const UNREADABLE_PART = '[This part of the message is encrypted by OpenAI and cannot be read.]'

/** Reads text from another Codex agent. If OpenAI encrypted it, the model gets a short note. */
const readEncryptedPart: PartReader = (part, path, ignore) => {
  const text = requireString(part, 'encrypted_content', path)
  if (!text.startsWith(OPENAI_CIPHERTEXT)) return { part: { type: 'text', text }, path }
  ignore(`${path}.encrypted_content`)
  return { part: { type: 'text', text: UNREADABLE_PART }, path }
}

// PART_READERS is a Map, because a client may send `constructor` as the type.
const PART_READERS: ReadonlyMap<unknown, PartReader> = new Map<unknown, PartReader>(
  Object.entries<PartReader>({
    input_text: readTextPart,
    output_text: readTextPart,
    text: readTextPart,
    encrypted_content: readEncryptedPart,
    refusal: (part, path) => ({ part: { type: 'refusal', refusal: requireString(part, 'refusal', path) }, path }),
    input_image: (part, path) => {
      const id = optionalString(part, 'file_id')
      if (optionalString(part, 'image_url') === undefined && id !== undefined) return toFileIdPart(id, path)
      const url = requireString(part, 'image_url', path)
      const detail = optionalString(part, 'detail')
      const image = detail === undefined ? { url } : { url, detail }
      return { part: { type: 'image_url', image_url: image }, path, mediaPath: `${path}.image_url` }
    },
    input_file: (part, path) => {
      const name = ['file_data', 'file_url'].find((each) => optionalString(part, each) !== undefined)
      const id = optionalString(part, 'file_id')
      if (name === undefined && id !== undefined) return toFileIdPart(id, path)
      const filename = optionalString(part, 'filename')
      const file = { file_data: requireString(part, name ?? 'file_data', path), ...(filename === undefined ? {} : { filename }) }
      return { part: { type: 'file', file }, path, mediaPath: `${path}.${name ?? 'file_data'}` }
    },
    input_audio: (part, path) => {
      const audio = isRecord(part.input_audio) ? part.input_audio : {}
      const data = requireString(audio, 'data', `${path}.input_audio`)
      const format = requireString(audio, 'format', `${path}.input_audio`)
      return { part: { type: 'input_audio', input_audio: { data, format } }, path }
    },
  }),
)

/**
 * Converts the content parts of a message or of a tool output at `path` to chat parts.
 *
 * @param ignore - called with the path of each text that cannot be read
 * @throws 400 for an invalid, unknown or unsupported part
 */
export function toChatParts(parts: readonly unknown[], path: string, ignore: IgnorePath): LocatedPart[] {
  return parts.map((part, index) => {
    const partPath = `${path}[${index}]`
    const read = isRecord(part) ? PART_READERS.get(part.type) : undefined
    if (!isRecord(part) || read === undefined)
      throw unknownValueError(isRecord(part) ? part.type : part, [...PART_READERS.keys()].map(String), `${partPath}.type`)
    return read(part, partPath, ignore)
  })
}

/** Converts refusals to texts: only an assistant message of the chat can contain a refusal. */
export const refusalsToTexts = (parts: readonly LocatedPart[]): LocatedPart[] =>
  parts.map((each) => (each.part.type === 'refusal' ? { ...each, part: { type: 'text', text: each.part.refusal } } : each))
