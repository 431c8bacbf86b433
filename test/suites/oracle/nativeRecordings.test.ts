import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { LEFT_OUT, NATIVE_CASES, type NativeCase, OTHER_MESSAGES, UNSENT_PATHS } from './nativeCases.js'
import { requireShared } from './shared.js'

interface Recording {
  readonly case: string
  readonly request: { readonly method: string; readonly url: string; readonly body: unknown }
  readonly response: { readonly status: number; readonly headers: { readonly [name: string]: string }; readonly body: unknown }
}

// The run must fail without the recordings: the tests would pass without comparing anything.
const shared = requireShared('recordings/native')
const folder = join(shared, 'recordings', 'native')
const all = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  // The cast is safe: the README of the recordings describes this format.
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Recording)
const recordings = all.filter((recording) => !Object.keys(LEFT_OUT).some((prefix) => recording.case.startsWith(prefix)))
if (recordings.length === 0) throw new Error(`There is no recording in ${folder}.`)

const PLACEHOLDER = 'skip_thought_signature_validator'
const sentPaths = new Set<string>()
const recordedPaths = new Set<string>()

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

/** Replaces Google's thought signatures by the placeholder: the simulator refuses foreign ones. */
function replaced(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(replaced)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, /^thought_?signature$/i.test(name) ? PLACEHOLDER : replaced(entry)]),
  )
}

/**
 * Returns the path of a recorded request on the simulator, and its model. Recordings of Vertex AI
 * have other paths for the same methods.
 */
function addressOf({ request, response }: Recording): { readonly path: string; readonly model: string | undefined } {
  const { pathname } = new URL(request.url)
  const path = pathname.replace(/^.*\/models/, '/v1beta/models')
  // Some recordings lack the query: a response that is an event stream shows that it was `alt=sse`.
  const isSse = response.headers['content-type']?.startsWith('text/event-stream') === true
  return { path: isSse ? `${path}?alt=sse` : path, model: /\/models\/([^:]+)/.exec(path)?.[1] }
}

async function replay(recording: Recording, setup: NativeCase): Promise<Response> {
  const { request, response } = recording
  const { path, model } = addressOf(recording)
  simulator.reset()
  if (model !== undefined && response.status !== 404) simulator.settings.models = { [model]: 'alive' }
  Object.assign(simulator.settings, setup.settings)
  if (setup.behaviour !== undefined) simulator.next(setup.behaviour)
  const body = setup.body ?? replaced(request.body)
  return fetch(`${simulator.origin}${path}`, {
    method: request.method,
    headers: { 'content-type': 'application/json', ...(setup.credentials ?? { 'x-goog-api-key': 'valid' }) },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  })
}

/**
 * Adds the key paths of a value to `paths`, except those in objects with arbitrary keys, such as
 * `args`.
 */
function addPaths(value: unknown, path: string, paths: Set<string>): void {
  if (Array.isArray(value)) {
    for (const entry of value) addPaths(entry, path, paths)
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [name, entry] of Object.entries(value)) {
    const place = path === '' ? name : `${path}.${name}`
    paths.add(place)
    if (!['args', 'response', 'customMetadata', 'metadata'].includes(name)) addPaths(entry, place, paths)
  }
}

/**
 * Returns the JSON objects of a body: a single one, or the events of a stream and an error after
 * them.
 */
function objectsOf(body: unknown): readonly unknown[] {
  if (typeof body !== 'string') return [body]
  if (!body.startsWith('data: ')) return [body === '' ? {} : JSON.parse(body)]
  const [events, error] = body.split(/\r?\n(?=\{)/, 2)
  const parsed: unknown[] = (events ?? '')
    .split(/\r?\n\r?\n/)
    .filter((event) => event.startsWith('data: '))
    .map((event) => JSON.parse(event.slice('data: '.length)))
  return error === undefined ? parsed : [...parsed, JSON.parse(error)]
}

// Returns the message of an error body.
const messageOf = (objects: readonly unknown[]): string => (objects[0] as { error: { message: string } }).error.message

describe('the simulator treats the recorded request like the native API', () => {
  test.each(recordings.map((recording) => [recording.case, recording] as const))('%s', async (name, recording) => {
    const setup = NATIVE_CASES[name] ?? {}
    const response = await replay(recording, setup)
    const text = await response.text()
    expect([response.status, response.status === 200 ? '' : text]).toEqual([
      setup.differs?.status ?? recording.response.status,
      response.status === 200 ? '' : expect.stringContaining('"error"'),
    ])
    if (setup.differs !== undefined) return
    const [recorded, sent] = [objectsOf(recording.response.body), objectsOf(text)]
    for (const object of recorded) addPaths(object, '', recordedPaths)
    for (const object of sent) addPaths(object, '', sentPaths)
    const type = recording.response.headers['content-type']
    if (type !== undefined) expect(response.headers.get('content-type')?.split(';', 1)[0]).toBe(type.split(';', 1)[0])
    if (recording.response.status >= 400) expect(messageOf(sent)).toBe(OTHER_MESSAGES[name] ?? messageOf(recorded))
    const isBroken = setup.behaviour?.errorMidStream !== undefined
    if (type === 'text/event-stream' && response.status === 200) expect(text.endsWith('\r\n\r\n')).toBe(!isBroken)
  })
})

describe('the tables of the native oracle', () => {
  test('name only recordings that exist', () => {
    const names = all.map((recording) => recording.case)
    expect([...Object.keys(NATIVE_CASES), ...Object.keys(OTHER_MESSAGES)].filter((name) => !names.includes(name))).toEqual([])
    expect(Object.keys(LEFT_OUT).filter((prefix) => !names.some((name) => name.startsWith(prefix)))).toEqual([])
  })

  test('name every key path of recorded answers that the simulator does not send, with a reason', () => {
    const unsent = [...recordedPaths].filter((path) => !sentPaths.has(path))
    expect(unsent.sort()).toEqual(Object.keys(UNSENT_PATHS).sort())
    expect(Object.values(UNSENT_PATHS).every((reason) => reason !== '')).toBe(true)
  })
})
