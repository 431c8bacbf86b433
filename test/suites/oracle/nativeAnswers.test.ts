import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DROPPED_MEMBERS } from '../../../scripts/docs/droppedMembers.js'
import type { ChatAnnotation, Usage } from '../../../src/contract/types.js'
import { joinDeltas } from '../../../src/upstream/answer/joinDeltas.js'
import type { RawChoice } from '../../../src/upstream/answer/rawAnswer.js'
import type { RawMessage } from '../../../src/upstream/answer/repairs/context.js'
import { type RawUsage, toUsage } from '../../../src/upstream/answer/usage.js'
import { NativeDecoder } from '../../../src/upstream/native/answer/decoder.js'
import type { GenerateContentResponse, UsageMetadata } from '../../../src/upstream/native/wire/types.js'
import { requireShared } from './shared.js'

interface Recording {
  readonly case: string
  readonly request: {
    readonly url: string
    readonly body: {
      readonly tools?: readonly { readonly functionDeclarations?: unknown }[]
      readonly generationConfig?: { readonly responseModalities?: readonly string[] }
    } | null
  }
  readonly response: { readonly status: number; readonly body: unknown }
}

// The run must fail without the recordings: the tests would pass without comparing anything.
const shared = requireShared('recordings/native')
const folder = join(shared, 'recordings', 'native')
/**
 * A recording that is left out: its request asks for enum values as numbers, which the proxy never
 * does.
 */
const NUMERIC = 'safety-settings-numeric-enums-gemini-2-0-flash'

/** Returns the events of a body; a body that is not a stream counts as a single event. */
function eventsOf(body: unknown): GenerateContentResponse[] {
  if (typeof body !== 'string') return [body].flat() as GenerateContentResponse[]
  const lines = body.split(/\r\n|\r|\n/).filter((line) => line.startsWith('data:'))
  return lines.map((line) => JSON.parse(line.slice('data:'.length)) as GenerateContentResponse)
}

const recordings = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  // The cast is safe: the README of the recordings describes this format.
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Recording)
  .filter(({ case: name, request, response }) => response.status === 200 && /enerateContent/.test(request.url) && name !== NUMERIC)
  .map((recording) => ({ ...recording, events: eventsOf(recording.response.body) }))
type Answer = (typeof recordings)[number]
const CASES = recordings.map((recording) => [recording.case, recording] as const)

interface Decoded {
  readonly choices: readonly RawChoice[]
  readonly message: RawMessage
  readonly usage: Usage
}

function decode({ events, request }: Answer): Decoded {
  const hasFunctions = (request.body?.tools ?? []).some(({ functionDeclarations: functions }) => functions !== undefined)
  const isSpeech = request.body?.generationConfig?.responseModalities?.includes('AUDIO') === true
  const decoder = new NativeDecoder(
    {
      tools: hasFunctions || request.body === null ? [{ type: 'function', function: { name: 'f' } }] : [],
      ...(isSpeech ? { modalities: ['audio'], audio: { voice: 'Kore', format: 'pcm16' } } : {}),
    },
    String,
  )
  let usage: RawUsage = {}
  const choices: RawChoice[] = []
  for (const event of events) {
    const answer = decoder.decodeEvent(event)
    if (answer.usage) usage = decoder.mergeUsage(usage, answer.usage)
    choices.push(...(answer.choices ?? []))
  }
  choices.push(...(decoder.decodeEnd().choices ?? []))
  return { choices, message: joinDeltas(choices.map(({ delta }) => delta ?? {})), usage: toUsage(usage) }
}

/** Lists every string, number, boolean and null in a JSON value, with its path. */
function leavesOf(value: unknown, path = ''): [path: string, value: unknown][] {
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, `${path}[]`))
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([name, member]) => leavesOf(member, path === '' ? name : `${path}.${name}`))
}

/** All texts and numbers of a decoded answer, also those within JSON texts. */
function valuesOf({ choices, message, usage }: Decoded): { all: Set<unknown>; text: string } {
  // The ids of calls are left out, because the proxy replaces them by its own.
  const leaves = leavesOf([choices, message, usage]).filter(([path]) => !path.endsWith('tool_calls[].id'))
  const all = new Set(leaves.map(([, value]) => value))
  for (const { function: called } of message.tool_calls ?? []) {
    for (const [, value] of leavesOf(JSON.parse(called?.arguments ?? '{}'))) all.add(value)
  }
  const urls = [...all].filter((value): value is string => typeof value === 'string' && value.startsWith('data:'))
  for (const url of urls) all.add(url.slice(url.indexOf(',') + 1))
  return { all, text: `${message.content ?? ''}\n${message.reasoning_content ?? ''}` }
}

const used = new Set<RegExp>()

describe('every value of a native answer', () => {
  test.each(CASES)('is in the chat completion or in the list of dropped members: %s', (_, recording) => {
    const { all, text } = valuesOf(decode(recording))
    const isCarried = (value: unknown): boolean => all.has(value) || value === '' || (typeof value === 'string' && text.includes(value))
    const lost = recording.events.flatMap((event) => leavesOf(event)).filter(([, value]) => !isCarried(value))
    const unlisted = lost.filter(([path]) => {
      const entry = DROPPED_MEMBERS.find((member) => member.path.test(path))
      if (entry !== undefined) used.add(entry.path)
      return entry === undefined
    })
    expect(unlisted).toEqual([])
  })

  test('and every entry of the list is used and has a reason', () => {
    expect(DROPPED_MEMBERS.filter(({ path, reason }) => !used.has(path) || reason === '').map(({ path }) => String(path))).toEqual([])
  })

  test('is detected if it is lost', () => {
    const [recording] = recordings.filter(({ case: name }) => name === 'url-context-gemini-2-5-flash')
    if (recording === undefined) throw new Error('The recording is gone.')
    const [event] = recording.events
    const { all } = valuesOf(decode({ ...recording, events: [{ ...event, candidates: [] }] }))
    const pages = leavesOf(event).filter(([path]) => /urlContextMetadata/.test(path))
    expect(pages.length).toBeGreaterThan(0)
    expect(pages.filter(([, value]) => all.has(value))).toEqual([])
  })
})

describe("the usage equals Google's", () => {
  const last = ({ events }: Answer): UsageMetadata | undefined =>
    events.flatMap(({ usageMetadata: usage }) => (usage?.totalTokenCount === undefined ? [] : [usage])).at(-1)

  test.each(CASES.filter(([, recording]) => last(recording) !== undefined))('%s', (_, recording) => {
    const google = last(recording) ?? {}
    const { candidatesTokenCount: visible, thoughtsTokenCount: thoughts = 0, toolUsePromptTokenCount: read = 0 } = google
    const { totalTokenCount: total = 0, promptTokenCount: prompt = total - (visible ?? 0) - thoughts - read } = google
    const { usage } = decode(recording)
    expect(usage).toMatchObject({
      prompt_tokens: prompt + read,
      completion_tokens: total - prompt - read,
      total_tokens: total,
      prompt_tokens_details: { cached_tokens: google.cachedContentTokenCount ?? 0, ...(read === 0 ? {} : { tool_use_tokens: read }) },
      completion_tokens_details: { reasoning_tokens: thoughts },
    })
    if (visible !== undefined) expect(usage.completion_tokens).toBe(visible + thoughts)
    for (const [details, ours] of [
      [google.promptTokensDetails, usage.prompt_tokens_details],
      [google.candidatesTokensDetails, usage.completion_tokens_details],
    ] as const) {
      for (const { modality = '', tokenCount } of (details ?? []).filter((each) => each.modality !== 'TEXT')) {
        expect(ours).toMatchObject({ [`${modality.toLowerCase()}_tokens`]: tokenCount })
      }
    }
  })
})

interface Support {
  readonly segment: { readonly startIndex?: number; readonly endIndex: number; readonly text: string }
  readonly groundingChunkIndices: readonly number[]
}

describe('every recorded support', () => {
  const grounded = CASES.filter(([, { events }]) => JSON.stringify(events).includes('groundingSupports'))

  test.each(grounded)('with exact offsets and a source becomes an annotation of exactly its text: %s', (_, recording) => {
    const { message } = decode(recording)
    const content = message.content ?? ''
    const bytes = Buffer.from(content)
    const annotations = (message.annotations ?? []) as ChatAnnotation[]
    const cited = new Set(annotations.map(({ url_citation: { start_index, end_index } }) => content.slice(start_index, end_index)))
    const metadata = recording.events.flatMap(({ candidates }) => (candidates ?? []).map(({ groundingMetadata }) => groundingMetadata))
    const chunks = metadata.flatMap((each) => (each as { groundingChunks?: object[] } | undefined)?.groundingChunks ?? [])
    const hasSource = (index: number): boolean => /"uri":"[^"]/.test(JSON.stringify(chunks[index] ?? {}))
    const supports = metadata.flatMap((each) => (each as { groundingSupports?: Support[] } | undefined)?.groundingSupports ?? [])
    const exact = supports.filter(
      ({ segment: { startIndex = 0, endIndex, text }, groundingChunkIndices: indices }) =>
        bytes.subarray(startIndex, endIndex).toString() === text && indices.some(hasSource),
    )
    expect(exact.filter(({ segment: { text } }) => !cited.has(text))).toEqual([])
    const texts = new Set(supports.map(({ segment: { text } }) => text))
    expect([...cited].filter((text) => !texts.has(text))).toEqual([])
  })

  test('is one of more than 15', () => {
    expect(grounded.length).toBeGreaterThan(15)
  })
})
