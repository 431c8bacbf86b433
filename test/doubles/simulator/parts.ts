import { invalidArgument } from './errors.js'
import { invalidValue, refuseAll } from './strict.js'
import { type ChatMessage, generateError, type Part } from './wire.js'

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/
const DATA_URI = /^data:[\w.+-]+\/[\w.+-]+(?:;[\w=.+-]+)*;base64,/
const AUDIO_FORMATS = ['wav', 'mp3']
const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif']

/**
 * Checks the content of one message.
 *
 * @throws Refusal 400 for empty text, remote or invalid media, and unsupported audio formats
 */
export const checkParts = (message: ChatMessage, index: number): void => {
  const { role, content } = message
  const needsContent = role !== 'tool' && (message.tool_calls ?? []).length === 0
  const isEmpty = content === undefined || content === null || content.length === 0
  if (isEmpty) {
    if (needsContent) throw generateError(`contents[${index}].parts`, 'contents.parts must not be empty.')
    return
  }
  if (typeof content === 'string') return
  for (const [at, part] of content.entries()) checkPart(part, `contents[${index}].parts[${at}]`, `messages[${index}].content[${at}]`)
}

function checkPart(part: Part, contentPath: string, path: string): void {
  if (part.type === 'text') {
    if ((part.text ?? '') === '') throw generateError(`${contentPath}.data`, "required oneof field 'data' must have one initialized field")
  } else if (part.type === 'image_url') checkImage(part.image_url?.url ?? '', path)
  else if (part.type === 'input_audio') checkAudio(part.input_audio, path)
  else throw invalidArgument(`Unsupported content part type: ${part.type ?? ''}`)
}

function checkImage(url: string, path: string): void {
  const head = DATA_URI.exec(url)?.[0]
  if (head === undefined) throw invalidArgument(`Invalid or unsupported file uri: ${url.slice(0, 200)}`)
  const type = /^data:([^;]*)/.exec(head)?.[1] ?? ''
  if (!isSupported(type)) throw invalidArgument(`Unsupported MIME type: ${type}`)
  checkBase64(url.slice(head.length), `${path}.image_url.url`)
}

/** Google compares media types literally: it accepts neither `image/jpg` nor `image/PNG`. */
const isSupported = (type: string): boolean =>
  type.startsWith('image/') ? IMAGE_TYPES.includes(type) : /^(?:text|audio|video)\/|^application\/(?:pdf|json|rtf)$/.test(type)

function checkAudio(audio: Part['input_audio'], path: string): void {
  const format = audio?.format ?? ''
  if (!AUDIO_FORMATS.includes(format)) {
    throw invalidArgument(`Invalid audio format "${format}" for audio generation. Valid formats are: [${AUDIO_FORMATS.join(', ')}]`)
  }
  checkBase64(audio?.data ?? '', `${path}.input_audio.data`)
}

/**
 * Checks a field of type bytes.
 *
 * @throws Refusal 400 for text that is not base64
 */
export function checkBase64(data: string, path: string): void {
  if (data !== '' && data.replace(/=+$/, '').length % 4 !== 1 && BASE64.test(data)) return
  const { field, description } = invalidValue(path, 'TYPE_BYTES', data.slice(0, 40))
  refuseAll([
    {
      ...(field === undefined ? {} : { field }),
      description: description.replace('(TYPE_BYTES), ', '(TYPE_BYTES), Base64 decoding failed for '),
    },
  ])
}
