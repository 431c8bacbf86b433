import { isRecord, memberOf } from '../../../contract/isRecord.js'
import type { MediaBytes } from '../../../contract/mediaBytes.js'
import type { DetachableMedia } from '../../answer/rawAnswer.js'

/**
 * Detaches long base64 strings that clients get unchanged: the data of images and files, and the
 * thought signatures of images and texts, which have up to 3 MB each. Restores audio and all other
 * signatures, because the proxy reads them.
 */
export const NATIVE_MEDIA: DetachableMedia = {
  memberPattern: /"(?:data|thoughtSignature)"\s*:\s*$/,
  restoreMedia: (value, text, media) => {
    const parts = new MediaRestorer(media)
    const kept = mapList(value, 'candidates', (candidate) =>
      mapMember(candidate, 'content', (content) => mapList(content, 'parts', (part) => parts.read(part))),
    )
    // A detached string elsewhere, such as in the arguments of a call, is not media: restore all.
    return parts.placeholders === media.countPlaceholders(text) ? kept : JSON.parse(media.toText(text))
  },
}

/** Restores audio and signatures that the proxy must read, part by part; counts placeholders. */
class MediaRestorer {
  /** Number of media placeholders found in the media and signatures of the parts read so far. */
  placeholders = 0

  constructor(private readonly media: MediaBytes) {}

  read(part: unknown): unknown {
    if (!isRecord(part)) return part
    const { inlineData, thoughtSignature: signature, functionCall: called, text } = part
    const data = memberOf(inlineData, 'data')
    const type = memberOf(inlineData, 'mimeType')
    // Audio is restored because the proxy decodes it.
    const isAudio = typeof type === 'string' && type.startsWith('audio/')
    const kept = typeof data === 'string' && isAudio ? { ...part, inlineData: { mimeType: type, data: this.media.toText(data) } } : part
    if (typeof data === 'string') this.placeholders += this.media.countPlaceholders(data)
    if (typeof signature !== 'string') return kept
    this.placeholders += this.media.countPlaceholders(signature)
    const isPassedOn = !called && (isRecord(inlineData) || typeof text === 'string')
    return isPassedOn ? kept : { ...kept, thoughtSignature: this.media.toText(signature) }
  }
}

function mapMember(value: unknown, name: string, map: (member: unknown) => unknown): unknown {
  return isRecord(value) && name in value ? { ...value, [name]: map(value[name]) } : value
}

/** Maps the items of an object's list `name`; returns a value without such a list unchanged. */
const mapList = (value: unknown, name: string, map: (item: unknown) => unknown): unknown =>
  mapMember(value, name, (list) => (Array.isArray(list) ? list.map(map) : list))
