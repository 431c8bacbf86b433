import type { ModelResponse } from '../contract/types.js'
import type { Item } from '../responses/request/items.js'
import type { TextStore } from '../stores/keyValueStore.js'

/** A response that is kept, with the conversation that led to it. */
export interface KeptResponse {
  readonly response: ModelResponse
  /** All items, those of the answer at the end. */
  readonly items: readonly Item[]
}

/** Counts memory, in bytes. @throws where it is too much */
type Hold = (bytes: number) => void

/** Responses that clients can go on from, or refer to the items of. */
export interface KeptResponses {
  /** True where a response is to be kept. @param store - as the client has said it; OpenAI's default is to keep */
  isWanted(store: boolean | null | undefined): boolean
  /** Keeps a response, unless it is too large. @returns resolves once every instance finds it, or cannot be told */
  keep(caller: string, kept: KeptResponse): Promise<void>
  /** Finds a response. @param hold - told how large it is, before it is read @throws 503 where it may be kept, and cannot be looked for */
  find(caller: string, id: string, hold?: Hold): Promise<KeptResponse | undefined>
  /** Finds items of answers by their ids. @param hold - told how large they are, before they are read @throws 503 as above */
  findItems(caller: string, ids: readonly string[], hold?: Hold): Promise<ReadonlyMap<string, Item>>
  /**
   * Forgets a response and the items of its answer.
   *
   * @param isMade - it may still be made: then it is not kept at its end either
   * @returns whether there was one
   */
  drop(caller: string, id: string, isMade: boolean): Promise<boolean>
}

// In UTF-16 units: a long conversation, or a picture or two.
const LONGEST = 4_194_304

/** Makes the keeper of responses. @param isOn - false where nothing is to be kept, whatever clients ask for */
export function makeKeptResponses(store: TextStore, isOn: boolean): KeptResponses {
  const find: KeptResponses['find'] = async (caller, id, hold) => {
    const text = isOn && id.startsWith('resp_') ? (await store.get(caller, [id])).get(id) : undefined
    if (text === undefined) return undefined
    hold?.(text.length)
    // Written below.
    return JSON.parse(text) as KeptResponse
  }
  return {
    isWanted: (asked) => isOn && asked !== false,
    keep: async (caller, kept) => {
      const text = JSON.stringify(kept)
      if (text.length > LONGEST) return
      const items = kept.response.output.map((item) => store.put(caller, item.id, JSON.stringify(item)))
      await Promise.all([store.put(caller, kept.response.id, text), ...items])
    },
    find,
    findItems: async (caller, ids, hold) => {
      const items = ids.filter((id) => !id.startsWith('resp_'))
      if (!isOn || items.length === 0) return new Map()
      const found = [...(await store.get(caller, items))]
      hold?.(found.reduce((sum, [, text]) => sum + text.length, 0))
      // Written above.
      return new Map(found.map(([id, text]) => [id, JSON.parse(text) as Item]))
    },
    drop: async (caller, id, isMade) => {
      const kept = await find(caller, id)
      if (kept === undefined && !isMade) return false
      const items = kept?.response.output.map((item) => item.id) ?? []
      await Promise.all([id, ...items].map((key) => store.drop(caller, key)))
      return kept !== undefined
    },
  }
}
