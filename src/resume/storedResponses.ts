import type { MediaBytes } from '../contract/mediaBytes.js'
import type { CountMemory } from '../contract/operation.js'
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
  /** The media that replace the media placeholders in the response. */
  readonly media: MediaBytes
  /** The images' thought signatures, by item id; not stored if they are too large. */
  readonly signatures: ReadonlyMap<string, string>
}

/** Stores responses: clients can read and continue them, and refer to their items by id. */
export interface StoredResponses {
  /** True if a response is to be stored. @param store - the request's `store`; default true */
  isWanted(store: boolean | null | undefined): boolean
  /**
   * Stores a response and the items of its output, unless it is too large or was deleted while it
   * was in progress. Resolves once all instances can find them.
   *
   * @returns whether it was stored
   */
  put(caller: string, stored: StoredResponse, images: StoredImages): Promise<boolean>
  /**
   * Finds a response of a caller by its id.
   *
   * @param countMemory - called with the length of the response's JSON before the JSON is parsed
   * @throws 503 if Redis is unavailable and this instance does not have it
   */
  find(caller: string, id: string, countMemory?: CountMemory): Promise<StoredResponse | undefined>
  /** Finds items of responses by their ids. Otherwise like {@link find}. */
  findItems(caller: string, ids: readonly string[], countMemory?: CountMemory): Promise<ReadonlyMap<string, Item>>
  /**
   * Deletes a response and the items of its output.
   *
   * @param mayBeInProgress - true if the response may be in progress: then it is not stored later
   * @returns whether it existed
   */
  delete(caller: string, id: string, mayBeInProgress: boolean): Promise<boolean>
}

// Longest stored response, in UTF-16 units: a long conversation, or one or two images.
const MAX_RESPONSE_LENGTH = 4_194_304

/** Makes the store of responses. @param isOn - false to store nothing, even on request */
export function makeStoredResponses(store: KeyValueStore, isOn: boolean): StoredResponses {
  const find: StoredResponses['find'] = async (caller, id, countMemory) => {
    const text = isOn && id.startsWith('resp_') ? (await store.get(caller, [id])).get(id) : undefined
    if (text === undefined) return undefined
    countMemory?.(text.length)
    // Only `put` writes to the store, so the JSON under a response id is a StoredResponse.
    return JSON.parse(text) as StoredResponse
  }
  return {
    isWanted: (requested) => isOn && requested !== false,
    put: async (caller, stored, { media, signatures }) => {
      const unsigned = JSON.stringify(stored)
      if (media.lengthWithMedia(unsigned) > MAX_RESPONSE_LENGTH) return false
      const signed = signatures.size === 0 ? unsigned : JSON.stringify(addImageSignatures(stored, signatures))
      const text = media.toText(media.lengthWithMedia(signed) > MAX_RESPONSE_LENGTH ? unsigned : signed)
      // The response is stored first: if it was deleted, the store refuses its id, but no item id.
      if (!(await store.put(caller, stored.response.id, text))) return false
      await Promise.all(stored.response.output.map((item) => store.put(caller, item.id, media.toText(JSON.stringify(item)))))
      return true
    },
    find,
    findItems: async (caller, ids, countMemory) => {
      const items = ids.filter((id) => !id.startsWith('resp_'))
      if (!isOn || items.length === 0) return new Map()
      const found = [...(await store.get(caller, items))]
      countMemory?.(found.reduce((sum, [, text]) => sum + text.length, 0))
      // Only `put` writes to the store, so the JSON under an item id is an Item.
      return new Map(found.map(([id, text]) => [id, JSON.parse(text) as Item]))
    },
    delete: async (caller, id, mayBeInProgress) => {
      const stored = await find(caller, id)
      if (stored === undefined && !mayBeInProgress) return false
      const items = stored?.response.output.map((item) => item.id) ?? []
      await Promise.all([id, ...items].map((key) => store.delete(caller, key)))
      return stored !== undefined
    },
  }
}

/** Adds the thought signatures of images to their items: Gemini wants the signatures back. */
const addImageSignatures = ({ response, items }: StoredResponse, signatures: ReadonlyMap<string, string>): StoredResponse => ({
  response,
  items: items.map((item) => {
    const signature = typeof item.id === 'string' ? signatures.get(item.id) : undefined
    return signature === undefined ? item : { ...item, extra_content: { google: { thought_signature: signature } } }
  }),
})
