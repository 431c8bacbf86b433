import { asBuffer } from '../../../contract/asBuffer.js'
import { isRecord } from '../../../contract/isRecord.js'
import type { RawJson } from '../../../contract/rawJson.js'
import { NESTED_REQUEST_MEMBERS } from './modelInBody.js'

/** Body members that refer to a resource at Google, with functions from their value to its id. */
const ID_MEMBERS: Readonly<Record<string, (value: string) => string | undefined>> = {
  cachedContent: (value) => value,
  cached_content: (value) => value,
  fileUri: toFileId,
  file_uri: toFileId,
  uri: toFileId,
  previous_interaction_id: toInteractionId,
  // The value `remote` is no id: it requests a new environment.
  environment: (value) => (value === 'remote' ? undefined : `environments/${value}`),
}

/** Members that refer to a resource only at the top level of a request, not in nested objects. */
const TOP_MEMBERS: ReadonlySet<string> = new Set(['cachedContent', 'cached_content', 'previous_interaction_id', 'environment'])

// Names searched in the raw body of a request to a model. A body without any of them is not parsed.
const QUOTED_NAMES = ['cachedContent', 'cached_content', 'fileUri', 'file_uri'].map((name) => Buffer.from(`"${name}"`))
const MAX_IDS = 100
const LONGEST_ID = 512

/** Returns the id under which the proxy stores which Gemini API key created an interaction. */
export function toInteractionId(id: string): string {
  return `interactions/${id}`
}

/** Returns the id of a file in Google's storage, such as `files/abc`; undefined for other URLs. */
function toFileId(uri: string): string | undefined {
  return /^https:\/\/[\w.-]*googleapis\.com\/v[\w.]{1,20}\/(files\/[\w-]{1,100})$/.exec(uri)?.[1]
}

/** Searches the raw bytes of a request to a model: false if it cannot refer to any resource. */
function mayHaveResourceIds({ bytes }: RawJson): boolean {
  const body = asBuffer(bytes)
  return QUOTED_NAMES.some((mark) => body.includes(mark))
}

/** Returns about 100 resource ids in a parsed body at most. MAX_BODY_DEPTH limits the recursion. */
export function findResourceIds(value: unknown): string[] {
  const found = new Set<string>()
  const visit = (each: unknown, isTop: boolean): void => {
    if (found.size >= MAX_IDS) return
    if (Array.isArray(each)) for (const item of each) visit(item, false)
    else if (isRecord(each)) for (const [name, member] of Object.entries(each)) add(name, member, isTop)
  }
  const add = (name: string, member: unknown, isTop: boolean): void => {
    if (typeof member !== 'string') {
      visit(member, isTop && NESTED_REQUEST_MEMBERS.some((holder) => holder === name))
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

/** Returns the ids of resources in the body of a request to a model; none if it is not JSON. */
export function parseResourceIds(body: RawJson): string[] {
  if (!mayHaveResourceIds(body)) return []
  try {
    return findResourceIds(body.parse())
  } catch {
    return [] // Google reports the invalid JSON
  }
}
