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

/** What belongs to the images of a response. */
export interface StoredImages {
  /** Those for which marks stand in it. */
  readonly media: MediaBytes
  /** Their signatures, by the ids of their items; left out where they are too large. */
  readonly signatures: ReadonlyMap<string, string>
}

/** Counts memory that a request uses, in bytes. @throws 503 where it is too much */
type Hold = (bytes: number) => void

/** Responses that clients can read, continue, or refer to the items of. */
export interface StoredResponses {
  /** True where a response is to be stored. @param store - of the request; true by default */
  isWanted(store: boolean | null | undefined): boolean
  /**
   * Stores a response, unless it is too large. Resolves once all instances can find it.
   *
   * @returns whether it is stored
   */
  put(caller: string, stored: StoredResponse, images: StoredImages): Promise<boolean>
  /**
   * Finds a response.
   *
   * @param hold - called with its size before it is parsed
   * @throws 503 where Redis is unavailable
   */
  find(caller: string, id: string, hold?: Hold): Promise<StoredResponse | undefined>
  /** Finds items of responses by their ids. Otherwise like {@link find}. */
  findItems(caller: string, ids: readonly string[], hold?: Hold): Promise<ReadonlyMap<string, Item>>
  /**
   * Deletes a response and the items of its output.
   *
   * @param isGenerated - it may still be generated: then it is not stored at its end either
   * @returns whether it existed
   */
  delete(caller: string, id: string, isGenerated: boolean): Promise<boolean>
}

// In UTF-16 units: a long conversation, or one or two pictures.
const MAX_RESPONSE_LENGTH = 4_194_304

/** Makes the store of responses. @param isOn - false where none is stored, also on request */
export function makeStoredResponses(store: KeyValueStore, isOn: boolean): StoredResponses {
  const find: StoredResponses['find'] = async (caller, id, hold) => {
    const text = isOn && id.startsWith('resp_') ? (await store.get(caller, [id])).get(id) : undefined
    if (text === undefined) return undefined
    hold?.(text.length)
    // Only `put` below writes texts.
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
      // Only `put` above writes texts.
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

/** Adds the signatures of images to the items that go back to Gemini. */
const sign = ({ response, items }: StoredResponse, signatures: ReadonlyMap<string, string>): StoredResponse => ({
  response,
  items: items.map((item) => {
    const signature = typeof item.id === 'string' ? signatures.get(item.id) : undefined
    return signature === undefined ? item : { ...item, extra_content: { google: { thought_signature: signature } } }
  }),
})
