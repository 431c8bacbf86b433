import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { KNOWN_DIFFERENCES, RECORDING_CASES, type RecordingCase } from './recordingCases.js'
import { chunkPathsOf, differenceOf, framesOf, kindsOf, pathsOf } from './recordingShape.js'
import { requireShared } from './shared.js'

interface Recording {
  readonly case: string
  readonly request: { readonly method: string; readonly url: string; readonly body: unknown }
  readonly response: { readonly status: number; readonly headers: { readonly [name: string]: string }; readonly body: unknown }
}

const BASE = 'https://generativelanguage.googleapis.com/v1beta/openai'
/** Headers that depend on the transfer, so that the tests do not compare them. */
const OF_TRANSFER = ['content-length', 'transfer-encoding']

// The run must fail without the recordings: the tests would pass without comparing anything.
const shared = requireShared('recordings/compat')
const folder = join(shared, 'recordings', 'compat')
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  // The cast is safe: the README of the recordings describes this format.
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Recording)
if (recordings.length === 0) throw new Error(`There is no recording in ${folder}.`)

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(async () => {
  await simulator.close()
})

const replay = async ({ request }: Recording, { settings, behaviour, credentials }: RecordingCase): Promise<Response> => {
  simulator.reset()
  Object.assign(simulator.settings, settings)
  if (behaviour !== undefined) simulator.next(behaviour)
  return fetch(`${simulator.baseUrl}${request.url.slice(BASE.length)}`, {
    method: request.method,
    headers: { 'content-type': 'application/json', ...(credentials ?? { authorization: 'Bearer valid' }) },
    ...(request.body === null ? {} : { body: JSON.stringify(request.body) }),
  })
}

const orderIn = (paths: readonly string[], common: ReadonlySet<string>): readonly string[] => paths.filter((path) => common.has(path))

const compareKeys = (name: string, recorded: readonly string[], simulated: readonly string[], isOrdered: boolean): void => {
  const known = KNOWN_DIFFERENCES[name]
  expect(differenceOf(recorded, simulated), known?.reason ?? 'keys that only one side has').toEqual([...(known?.paths ?? [])].sort())
  if (!isOrdered) return
  const common = new Set(recorded.filter((path) => simulated.includes(path)))
  expect(orderIn(simulated, common), 'order of the keys').toEqual(orderIn(recorded, common))
}

const compare = (recording: Recording, text: string, setup: RecordingCase): void => {
  const { body } = recording.response
  if (typeof body === 'string') {
    expect(framesOf(text), 'lines of the stream').toEqual(framesOf(body))
    compareKeys(recording.case, chunkPathsOf(body), chunkPathsOf(text), true)
    return
  }
  const simulated: unknown = JSON.parse(text)
  if (setup.isCatalogue === true) expect(kindsOf(simulated)).toEqual(kindsOf(body))
  else compareKeys(recording.case, pathsOf(body), pathsOf(simulated), setup.isUnordered !== true)
  // Errors must have equal values, too: the proxy recognises many of them by their texts.
  if (recording.response.status >= 400) expect(simulated).toEqual(body)
}

describe('the simulator answers like the recorded endpoint', () => {
  test.each(recordings.map((recording) => [recording.case, recording] as const))('%s', async (name, recording) => {
    const setup = RECORDING_CASES[name]
    if (setup === undefined) throw new Error(`No case says how the simulator reproduces ${name}.`)
    const response = await replay(recording, setup)
    expect(response.status).toBe(recording.response.status)
    expect(response.headers.get('content-type')).toBe(recording.response.headers['content-type'])
    const expected = Object.keys(recording.response.headers).filter((header) => !OF_TRANSFER.includes(header))
    expect(expected.filter((header) => !response.headers.has(header))).toEqual([])
    compare(recording, await response.text(), setup)
  })
})

describe('the tables of the oracle', () => {
  test('name only recordings that exist', () => {
    const names = recordings.map((recording) => recording.case)
    expect([...Object.keys(RECORDING_CASES), ...Object.keys(KNOWN_DIFFERENCES)].filter((name) => !names.includes(name))).toEqual([])
  })

  test('give a reason for every known difference', () => {
    const lines = Object.entries(KNOWN_DIFFERENCES).map(([name, { paths, reason }]) => `${name}: ${paths.join(', ')} (${reason})`)
    process.stdout.write(`known differences between recordings and the wire:\n  ${lines.join('\n  ')}\n`)
    expect(Object.values(KNOWN_DIFFERENCES).every(({ reason, paths }) => reason !== '' && paths.length > 0)).toBe(true)
  })
})
