import { apiError } from '../../contract/errors.js'
import { type Fields, isRecord, optionalTextOf, textOf, unknownValue } from './readers.js'

/** A part of a chat message. */
export type ChatPart = Fields & { readonly type: string }

/** A part in the chat's form. */
export interface Placed {
  readonly part: ChatPart
  /** Where the part stands in the request, such as `input[0].content[1]`. */
  readonly place: string
  /** Where its medium stands, for failures that name a place within it. */
  readonly medium?: string
}

const noFiles = (param: string) =>
  apiError('unsupported_value', 'File ids are not supported. Send the file as a data URI instead.', { param })

type Reading = (part: Fields, place: string) => Placed

const readText: Reading = (part, place) => ({ part: { type: 'text', text: textOf(part, 'text', place) }, place })

// A map: clients may name a type after what every object has.
const PARTS: ReadonlyMap<unknown, Reading> = new Map<unknown, Reading>(
  Object.entries<Reading>({
    input_text: readText,
    output_text: readText,
    text: readText,
    refusal: (part, place) => ({ part: { type: 'refusal', refusal: textOf(part, 'refusal', place) }, place }),
    input_image: (part, place) => {
      if (optionalTextOf(part, 'image_url') === undefined && optionalTextOf(part, 'file_id') !== undefined)
        throw noFiles(`${place}.file_id`)
      const url = textOf(part, 'image_url', place)
      const detail = optionalTextOf(part, 'detail')
      const image = detail === undefined ? { url } : { url, detail }
      return { part: { type: 'image_url', image_url: image }, place, medium: `${place}.image_url` }
    },
    input_file: (part, place) => {
      const name = ['file_data', 'file_url'].find((each) => optionalTextOf(part, each) !== undefined)
      if (name === undefined && optionalTextOf(part, 'file_id') !== undefined) throw noFiles(`${place}.file_id`)
      const file = { file_data: textOf(part, name ?? 'file_data', place), ...pick(part, 'filename') }
      return { part: { type: 'file', file }, place, medium: `${place}.${name ?? 'file_data'}` }
    },
    input_audio: (part, place) => {
      const audio = isRecord(part.input_audio) ? part.input_audio : {}
      const within = `${place}.input_audio`
      return {
        part: { type: 'input_audio', input_audio: { data: textOf(audio, 'data', within), format: textOf(audio, 'format', within) } },
        place,
      }
    },
  }),
)

const pick = (part: Fields, name: string): Fields => {
  const text = optionalTextOf(part, name)
  return text === undefined ? {} : { [name]: text }
}

/**
 * Brings the parts of a content to the chat's form.
 *
 * @param place - of the list, such as `input[0].content`
 * @throws 400 for a part of a kind that is not known, or that Gemini cannot be given
 */
export function toChatParts(parts: readonly unknown[], place: string): Placed[] {
  return parts.map((part, index) => {
    const at = `${place}[${index}]`
    const read = isRecord(part) ? PARTS.get(part.type) : undefined
    if (!isRecord(part) || read === undefined)
      throw unknownValue(isRecord(part) ? part.type : part, [...PARTS.keys()].map(String), `${at}.type`)
    return read(part, at)
  })
}
