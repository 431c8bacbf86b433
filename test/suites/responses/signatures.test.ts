import type OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeSeals } from '../../../src/responses/sealing.js'
import { PLACEHOLDER_SIGNATURE } from '../../../src/upstream/request/repairs/signatures.js'
import { GEMINI_KEY, type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { type Answer, answerOf, asking, callOf, eventsOf, lastSent, openai, outputsOf, prompt, STRICT, WEATHER } from './asking.js'

const OTHER = 'another-token-77aa'
type Item = OpenAI.Responses.ResponseInputItem

/** Two instances that share no state. */
let here: ProxyUnderTest
let there: ProxyUnderTest
beforeAll(async () => {
  const env = { AUTH_TOKEN: `${TOKEN},${OTHER}` }
  here = await startProxy(env)
  there = await startProxy(env)
})
beforeEach(() => {
  here.simulator.reset()
  there.simulator.reset()
})
afterAll(async () => {
  await here.close()
  await there.close()
})

const REQUEST = asking(
  { toolCalls: [callOf('Oslo'), callOf('Rome')] },
  { tools: [WEATHER], store: false, include: ['reasoning.encrypted_content'] },
)

/** Continues a response on another instance. @returns the signatures that reached Gemini */
async function continueElsewhere(
  answer: Answer,
  token = TOKEN,
  change: (items: Item[]) => Item[] = (items) => items,
): Promise<(string | undefined)[]> {
  const input = change([{ role: 'user', content: prompt({}) }, ...(answer.output as Item[]), ...outputsOf(answer)])
  const next = await openai(there, token).responses.create({ model: STRICT, tools: [WEATHER], store: false, input })
  expect(next.status).toBe('completed')
  return lastSent(there)
    .messages.flatMap(({ tool_calls: calls }) => calls ?? [])
    .map(({ extra_content: extra }) => extra?.google.thought_signature)
}

const sealedOf = ({ output }: Answer): string[] =>
  output.flatMap((item) => (item.type === 'reasoning' ? [item.encrypted_content ?? ''] : []))

describe('thought signatures', () => {
  test.each([
    ['as JSON', () => openai(here).responses.create(REQUEST)],
    ['as a stream', async () => answerOf(await eventsOf(openai(here), REQUEST))],
  ])('are sent back to Gemini by any instance without a store, for an answer %s', async (_, ask) => {
    const [first, second] = await continueElsewhere(await ask())
    expect(first).not.toBe(PLACEHOLDER_SIGNATURE)
    expect(first).toEqual(expect.any(String))
    expect(second).toBeUndefined()
  })

  test('are restored in any order of the items', async () => {
    const answer = await openai(here).responses.create(REQUEST)
    const [first] = await continueElsewhere(answer, TOKEN, (items) => {
      const isReasoning = (item: Item): boolean => 'type' in item && item.type === 'reasoning'
      return [...items.filter((item) => !isReasoning(item)), ...items.filter(isReasoning)]
    })
    expect(first).not.toBe(PLACEHOLDER_SIGNATURE)
  })

  test.each<[what: string, change: (sealed: string) => string]>([
    ['cut', (sealed) => sealed.slice(0, -4)],
    ['changed', (sealed) => `${sealed.slice(0, 40)}${sealed[40] === 'A' ? 'B' : 'A'}${sealed.slice(41)}`],
    ['of another version', (sealed) => sealed.replace('gp1', 'gp9')],
    ['empty', () => 'gp1.'],
    ["OpenAI's own", () => 'gAAAAABo'],
  ])('that are %s are dropped, and the conversation continues', async (_what, change) => {
    const answer = await openai(here).responses.create(REQUEST)
    const output = answer.output.map((item) =>
      item.type === 'reasoning' ? { ...item, encrypted_content: change(item.encrypted_content ?? '') } : item,
    )
    expect((await continueElsewhere({ ...answer, output }))[0]).toBe(PLACEHOLDER_SIGNATURE)
  })

  test('are restored for their caller only', async () => {
    expect((await continueElsewhere(await openai(here).responses.create(REQUEST), OTHER))[0]).toBe(PLACEHOLDER_SIGNATURE)
  })

  test('are encrypted: they reveal no signature, key or prompt', async () => {
    const answer = await openai(here).responses.create(REQUEST)
    const [sealed = ''] = sealedOf(answer)
    expect(sealed).toMatch(/^gp1\.[\w-]+$/)
    const bytes = Buffer.from(sealed.slice(4), 'base64url').toString('latin1')
    for (const secret of [TOKEN, GEMINI_KEY, 'Oslo', 'call_', 'simulate']) expect(bytes).not.toContain(secret)
    expect(sealedOf(await openai(here).responses.create(REQUEST))[0]).not.toBe(sealed)
  })

  test('of messages are sent only if requested', async () => {
    const plain = await openai(here).responses.create(asking({ text: 'x' }))
    expect(plain.output.map(({ type }) => type)).toEqual(['message'])
    const agents = await openai(here).responses.create(asking({ text: 'x' }, { store: false }))
    expect(agents.output.map(({ type }) => type)).toContain('reasoning')
  })
})

describe('sealed data', () => {
  const seals = makeSeals((caller) => `secret of ${caller}`)

  test('is opened for its caller by any instance with the same secret', () => {
    const sealed = seals.seal('alice', 'text 你好')
    expect(makeSeals((caller) => `secret of ${caller}`).open('alice', sealed)).toBe('text 你好')
    expect(seals.open('bob', sealed)).toBeUndefined()
    expect(makeSeals(() => 'another secret').open('alice', sealed)).toBeUndefined()
  })

  test('that is corrupt is not opened', () => {
    const sealed = seals.seal('alice', 'text')
    for (let at = 0; at < sealed.length; at += 1) {
      const other = sealed[at] === 'x' ? 'y' : 'x'
      const opened = seals.open('alice', `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`)
      // In base64, the last character may have unused bits: changing only those damages nothing.
      expect(at === sealed.length - 1 ? opened === 'text' || opened === undefined : opened === undefined).toBe(true)
      expect(seals.open('alice', sealed.slice(0, at))).toBeUndefined()
    }
  })
})
