import type { MediaBytes } from '../contract/mediaBytes.js'
import type { ModelResponse } from '../contract/types.js'
import type { Item } from '../responses/request/item.js'
import type { KeyValueStore } from '../stores/keyValueStore.js'

/** A response with the conversation that led to it. */
export interface StoredResponse {
  readonly response: ModelResponse
  /** All items of the conversation; those of the response come last. */
  readonly items: readonly Item[]
}

/** The data and signatures of the images of a response. */
export interface StoredImages {
  /** The media of the placeholders in the response. */
  readonly media: MediaBytes
  /** The images' thought signatures, by item id; not stored if they are too large. */
  readonly signatures: ReadonlyMap<string, string>
}

/** Counts memory that a request uses, in bytes. @throws 503 beyond the limit */
type Hold = (bytes: number) => void

/** The store of responses, which clients can read or continue, and whose items they can cite. */
export interface StoredResponses {
  /** True if a response is to be stored. @param store - the request's `store`; default true */
  isWanted(store: boolean | null | undefined): boolean
  /**
   * Stores a response and the items of its output, unless it is too large. Resolves once all
   * instances can find them.
   *
   * @returns false if it is too large
   */
  put(caller: string, stored: StoredResponse, images: StoredImages): Promise<boolean>
  /**
   * Finds a response of a caller by its id.
   *
   * @param hold - called with the length of its JSON before that is parsed
   * @throws 503 if Redis is unavailable and this instance does not have it
   */
  find(caller: string, id: string, hold?: Hold): Promise<StoredResponse | undefined>
  /** Finds items of responses by their ids. Otherwise like {@link find}. */
  findItems(caller: string, ids: readonly string[], hold?: Hold): Promise<ReadonlyMap<string, Item>>
  /**
   * Deletes a response and the items of its output.
   *
   * @param isGenerated - true if it may still be running: it is then not stored when it ends
   * @returns whether it existed
   */
  delete(caller: string, id: string, isGenerated: boolean): Promise<boolean>
}

// Longest stored response, in UTF-16 units: a long conversation, or one or two images.
const MAX_RESPONSE_LENGTH = 4_194_304

/** Makes the store of responses. @param isOn - false to store nothing, even on request */
export function makeStoredResponses(store: KeyValueStore, isOn: boolean): StoredResponses {
  const find: StoredResponses['find'] = async (caller, id, hold) => {
    const text = isOn && id.startsWith('resp_') ? (await store.get(caller, [id])).get(id) : undefined
    if (text === undefined) return undefined
    hold?.(text.length)
    // Only `put` writes to the store.
    return JSON.parse(text) as StoredResponse
  }
  return {
    isWanted: (requested) => isOn && requested !== false,
    put: async (caller, stored, { media, signatures }) => {
      const unsigned = JSON.stringify(stored)
      if (media.lengthOf(unsigned) > MAX_RESPONSE_LENGTH) return false
      const signed = signatures.size === 0 ? unsigned : JSON.stringify(sign(stored, signatures))
      const text = media.toText(media.lengthOf(signed) > MAX_RESPONSE_LENGTH ? unsigned : signed)
      const items = stored.response.output.map((item) => store.put(caller, item.id, media.toText(JSON.stringify(item))))
      await Promise.all([store.put(caller, stored.response.id, text), ...items])
      return true
    },
    find,
    findItems: async (caller, ids, hold) => {
      const items = ids.filter((id) => !id.startsWith('resp_'))
      if (!isOn || items.length === 0) return new Map()
      const found = [...(await store.get(caller, items))]
      hold?.(found.reduce((sum, [, text]) => sum + text.length, 0))
      // Only `put` writes to the store.
      return new Map(found.map(([id, text]) => [id, JSON.parse(text) as Item]))
    },
    delete: async (caller, id, isGenerated) => {
      const stored = await find(caller, id)
      if (stored === undefined && !isGenerated) return false
      const items = stored?.response.output.map((item) => item.id) ?? []
      await Promise.all([id, ...items].map((key) => store.delete(caller, key)))
      return stored !== undefined
    },
  }
}

/** Adds the signatures of images to the items of the conversation, which Gemini wants back. */
const sign = ({ response, items }: StoredResponse, signatures: ReadonlyMap<string, string>): StoredResponse => ({
  response,
  items: items.map((item) => {
    const signature = typeof item.id === 'string' ? signatures.get(item.id) : undefined
    return signature === undefined ? item : { ...item, extra_content: { google: { thought_signature: signature } } }
  }),
})
