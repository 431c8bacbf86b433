import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findCataloguedModel } from '../../../../src/upstream/models/retirement.js'
import { REQUEST_REPAIRS } from '../../../../src/upstream/request/repairs/order.js'
import { parseStream, post } from '../../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../../support/proxy.js'
import { HELLO, MODEL, type RepairCase } from './cases.js'
import { MESSAGE_CASES } from './messageCases.js'
import { PARAMETER_CASES } from './parameterCases.js'
import { SIGNATURE_CASES } from './signatureCases.js'
import { THINKING_CASES } from './thinkingCases.js'
import { TOOL_CASES } from './toolCases.js'

interface ApiCase extends RepairCase {
  readonly of: string
}

const ALL = { ...PARAMETER_CASES, ...MESSAGE_CASES, ...TOOL_CASES, ...THINKING_CASES, ...SIGNATURE_CASES }
const CASES: readonly ApiCase[] = REQUEST_REPAIRS.flatMap(({ name: of }) => (ALL[of] ?? []).map((each) => ({ of, ...each })))

/** Members that the contract requires in addition to those that a repair reads. */
const FILLED: Readonly<Record<string, unknown>> = { model: MODEL, messages: HELLO }
const bodyOf = ({ raw, asked }: RepairCase) => ({ ...FILLED, ...raw, ...(asked === undefined ? {} : { model: asked }) })

/**
 * True if a case can be sent to the API. The API rejects conversations that begin with a step or
 * lack results, and no request alone causes a retry after a refusal: unit tests cover these cases.
 */
const isWhole = ({ raw, of, areSchemasTooComplex }: ApiCase): boolean =>
  of !== 'replayed-parts' && areSchemasTooComplex !== true && (SIGNATURE_CASES[of] === undefined || raw.messages === undefined)
const API_CASES = CASES.filter(isWhole)

let proxy: ProxyUnderTest
let silent: ProxyUnderTest
/** A proxy whose Gemini account has no access to Gemini 2.5. */
let renewed: ProxyUnderTest
let native: ProxyUnderTest
beforeAll(async () => {
  const unlisted = CASES.flatMap(({ asked }) => (asked === undefined || findCataloguedModel(asked) ? [] : [asked]))
  const models = Object.fromEntries([...unlisted, 'gemini-2.0-flash'].map((id) => [id, 'alive'] as const))
  proxy = await startProxy({}, { models })
  renewed = await startProxy({}, { models, newUser: true })
  silent = await startProxy({ THOUGHTS: 'off' }, { models })
  native = await startProxy({ GEMINI_UPSTREAM: 'native' }, { models })
})
afterAll(async () => {
  await proxy.close()
  await silent.close()
  await renewed.close()
  await native.close()
})

describe('the strict simulator answers each repaired fixture', () => {
  test.each(API_CASES)('$of $does: in JSON', async (each) => {
    const response = await post(proxyFor(each), { ...bodyOf(each), stream: false })
    const answer = await response.json()
    expect(answer).toMatchObject({
      object: 'chat.completion',
      choices: Array.from({ length: Number(each.raw.n ?? 1) }, (_, index) => ({ index })),
    })
    expect(namesOf(response)).toEqual(expect.arrayContaining([...(each.ignored ?? [])]))
  })

  test.each(API_CASES)('$of $does: as a stream', async (each) => {
    const response = await post(proxyFor(each), { ...bodyOf(each), stream: true })
    const { errors, dones, chunks } = parseStream(await response.text())
    expect({ status: response.status, errors, dones }).toEqual({ status: 200, errors: [], dones: 1 })
    expect(chunks.filter(({ choices }) => choices[0]?.finish_reason)).toHaveLength(Number(each.raw.n ?? 1))
    expect(namesOf(response)).toEqual(expect.arrayContaining([...(each.ignored ?? [])]))
  })
})

function proxyFor({ thoughts, served, upstream }: ApiCase): ProxyUnderTest {
  if (upstream === 'native') return native
  if (thoughts === 'off') return silent
  return served === undefined ? proxy : renewed
}

const namesOf = (response: Response): string[] => (response.headers.get('x-gemini-proxy-ignored-params') ?? '').split(', ')
