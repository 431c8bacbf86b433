import { isRecord } from '../../contract/isRecord.js'
import type { ChatCompletionRequest } from '../../contract/types.js'
import type { Gemini } from '../chat.js'
import { isRemote } from '../request/repairs/parts.js'
import type { Media, MediaFetcher } from './fetcher.js'

type Part = Readonly<Record<string, unknown>>

/** A media address in a request. */
interface Found {
  readonly url: string
  /** Where it stands, such as `messages[0].content[1].image_url.url`. */
  readonly param: string
}

const AUDIO_FORMATS: Readonly<Record<string, string>> = { 'audio/wav': 'wav', 'audio/mp3': 'mp3' }

/**
 * Lets a chat side of Gemini take media addresses: what is there is fetched, once for each request, and put in their place.
 *
 * @param makeFetcher - makes the fetcher of one request
 * @returns the same where a request names no address; throws what the fetcher throws, before Gemini is asked
 */
export function withRemoteMedia(gemini: Gemini, makeFetcher: () => MediaFetcher): Gemini {
  return {
    complete: async (request, call) => gemini.complete(await inlined(request, makeFetcher, call.signal), call),
    stream: (request, call) => {
      if (!request.messages.some(({ content }) => partsOf(content).some((part) => find(part, '') !== undefined)))
        return gemini.stream(request, call)
      return delayed(async () => gemini.stream(await inlined(request, makeFetcher, call.signal), call))
    },
  }
}

async function* delayed<T>(start: () => Promise<AsyncIterable<T>>): AsyncGenerator<T> {
  yield* await start()
}

async function inlined(
  request: ChatCompletionRequest,
  makeFetcher: () => MediaFetcher,
  signal: AbortSignal,
): Promise<ChatCompletionRequest> {
  const failed = new AbortController()
  const fetcher = makeFetcher()
  const either = AbortSignal.any([signal, failed.signal])
  try {
    const messages = await Promise.all(
      request.messages.map(async (message, index) => {
        const parts = partsOf(message.content)
        const fetched = await Promise.all(
          parts.map((part, place) => withMedia(part, find(part, `messages[${index}].content[${place}]`), fetcher, either)),
        )
        return fetched.every((part, place) => part === parts[place]) ? message : { ...message, content: fetched }
      }),
    )
    // Each part has become another of the contract's.
    return { ...request, messages: messages as ChatCompletionRequest['messages'] }
  } catch (error) {
    failed.abort(error)
    throw error
  }
}

const partsOf = (content: unknown): readonly Part[] => (Array.isArray(content) ? content.filter(isRecord) : [])

function find(part: Part, path: string): Found | undefined {
  const url = isRecord(part.image_url) ? part.image_url.url : undefined
  if (isRemote(url)) return { url, param: `${path}.image_url.url` }
  const data = isRecord(part.file) ? part.file.file_data : undefined
  return isRemote(data) ? { url: data, param: `${path}.file.file_data` } : undefined
}

async function withMedia(part: Part, found: Found | undefined, fetcher: MediaFetcher, signal: AbortSignal): Promise<Part> {
  return found === undefined ? part : toPart(part, await fetcher.fetch(found.url, found.param, signal))
}

/** A part with the media itself; a recording goes where Gemini looks for it. */
function toPart(part: Part, { mediaType, base64 }: Media): Part {
  const format = AUDIO_FORMATS[mediaType]
  if (format !== undefined) return { type: 'input_audio', input_audio: { data: base64, format } }
  const url = `data:${mediaType};base64,${base64}`
  return part.type === 'file' ? { ...part, file: { file_data: url } } : { ...part, image_url: { ...(part.image_url as Part), url } } // found in it
}
