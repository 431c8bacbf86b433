import { isRecord, memberOf } from '../../../contract/isRecord.js'
import type { MediaBytes } from '../../../contract/mediaBytes.js'
import type { DetachableMedia } from '../../answer/rawAnswer.js'

/**
 * The media of an answer: the data of images, with their thought signatures and those of texts,
 * which have up to 3 MB. Clients get both as they are. The signatures of all other parts are read.
 */
export const NATIVE_MEDIA: DetachableMedia = {
  name: /"(?:data|thoughtSignature)"\s*:\s*$/,
  restoreMedia: (value, text, media) => {
    const parts = new SignedParts(media)
    const kept = mapList(value, 'candidates', (candidate) =>
      mapMember(candidate, 'content', (content) => mapList(content, 'parts', (part) => parts.read(part))),
    )
    // Elsewhere, as in the arguments of a call, the name of a member proves nothing.
    return parts.placeholders === media.countIn(text) ? kept : JSON.parse(media.toText(text))
  },
}

/** Puts back what is read of the parts of an answer. */
class SignedParts {
  /** The number of placeholders in media and signatures. */
  placeholders = 0

  constructor(private readonly media: MediaBytes) {}

  read(part: unknown): unknown {
    if (!isRecord(part)) return part
    const { inlineData, thoughtSignature: signature, functionCall: called, text } = part
    const data = memberOf(inlineData, 'data')
    const type = memberOf(inlineData, 'mimeType')
    // Sound is decoded.
    const isHeard = typeof type === 'string' && type.startsWith('audio/')
    const kept = typeof data === 'string' && isHeard ? { ...part, inlineData: { mimeType: type, data: this.media.toText(data) } } : part
    if (typeof data === 'string') this.placeholders += this.media.countIn(data)
    if (typeof signature !== 'string') return kept
    this.placeholders += this.media.countIn(signature)
    const isPassedOn = !called && (isRecord(inlineData) || typeof text === 'string')
    return isPassedOn ? kept : { ...kept, thoughtSignature: this.media.toText(signature) }
  }
}

function mapMember(value: unknown, name: string, map: (member: unknown) => unknown): unknown {
  return isRecord(value) && name in value ? { ...value, [name]: map(value[name]) } : value
}

/** Maps the items of a list that is a member. */
const mapList = (value: unknown, name: string, map: (item: unknown) => unknown): unknown =>
  mapMember(value, name, (list) => (Array.isArray(list) ? list.map(map) : list))
