import { asBuffer } from '../../../contract/asBuffer.js'
import { isRecord } from '../../../contract/isRecord.js'
import type { RawJson } from '../../../contract/rawJson.js'
import { HOLDERS } from './modelInBody.js'

/** For each body member that refers to a resource at Google: how its value becomes an id. */
const ID_MEMBERS: Readonly<Record<string, (value: string) => string | undefined>> = {
  cachedContent: (value) => value,
  cached_content: (value) => value,
  fileUri: toFileId,
  file_uri: toFileId,
  uri: toFileId,
  previous_interaction_id: toInteractionId,
  // The value `remote` requests a new environment.
  environment: (value) => (value === 'remote' ? undefined : `environments/${value}`),
}

/** Members that refer to resources at a request's top level only; elsewhere they are content. */
const TOP_MEMBERS: ReadonlySet<string> = new Set(['cachedContent', 'cached_content', 'previous_interaction_id', 'environment'])

// Searched in the raw bytes of requests to models; bodies of interactions are always parsed.
const QUOTED_NAMES = ['cachedContent', 'cached_content', 'fileUri', 'file_uri'].map((name) => Buffer.from(`"${name}"`))
const MOST_IDS = 100
const LONGEST_ID = 512

/** Returns the id under which the Gemini API key of an interaction is stored. */
export function toInteractionId(id: string): string {
  return `interactions/${id}`
}

/** Returns the id of a file in Google's storage, such as `files/abc`; undefined for other URLs. */
function toFileId(uri: string): string | undefined {
  return /^https:\/\/[\w.-]*googleapis\.com\/v[\w.]{1,20}\/(files\/[\w-]{1,100})$/.exec(uri)?.[1]
}

/** Quick check of the raw bytes: false if a request to a model cannot refer to any resource. */
function mayNameIds({ bytes }: RawJson): boolean {
  const body = asBuffer(bytes)
  return QUOTED_NAMES.some((mark) => body.includes(mark))
}

/** Returns ids referenced in a parsed body, about 100 at most. MAX_BODY_DEPTH limits its depth. */
export function namedIdsIn(value: unknown): string[] {
  const found = new Set<string>()
  const visit = (each: unknown, isTop: boolean): void => {
    if (found.size >= MOST_IDS) return
    if (Array.isArray(each)) for (const item of each) visit(item, false)
    else if (isRecord(each)) for (const [name, member] of Object.entries(each)) add(name, member, isTop)
  }
  const add = (name: string, member: unknown, isTop: boolean): void => {
    if (typeof member !== 'string') {
      visit(member, isTop && HOLDERS.some((holder) => holder === name))
      return
    }
    if (TOP_MEMBERS.has(name) && !isTop) return
    const toId = Object.hasOwn(ID_MEMBERS, name) && member.length <= LONGEST_ID ? ID_MEMBERS[name] : undefined
    const id = toId?.(member)
    if (id !== undefined) found.add(id)
  }
  visit(value, true)
  return [...found]
}

/** Returns the ids referenced in the body of a request to a model; none if it is not JSON. */
export function namedIdsOf(body: RawJson): string[] {
  if (!mayNameIds(body)) return []
  try {
    return namedIdsIn(body.parse())
  } catch {
    return [] // Google reports the invalid JSON
  }
}
