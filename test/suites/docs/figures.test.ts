import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { manual, READMES } from './markdown.js'

const LIMIT = 100
// Models with the reasoning efforts `none` and `xhigh`, which Gemini 3 does not have.
const MODELS: Readonly<Record<string, string>> = { none: 'gemini-2.5-flash', xhigh: 'gemini-4-neon' }
const modelFor = (level: string): string => MODELS[level] ?? 'gemini-3.5-flash'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

/** Posts a chat. @returns the response, and the body that Gemini received */
async function chat(body: object) {
  const answer = await fetch(`${proxy.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello.' }], ...body }),
  })
  await answer.text()
  return { answer, sent: JSON.stringify(proxy.simulator.requests.at(-1)?.body) }
}

const sentLimit = (sent: string): number => Number(/"max_tokens":(\d+)/.exec(sent)?.[1])

/** Reads the token counts for the reasoning efforts in the paragraph that contains `phrase`. */
function figuresOf(markdown: string, phrase: string): [string, number][] {
  const paragraph = markdown.split('\n\n').find((text) => text.includes(phrase)) ?? ''
  const text = paragraph.replaceAll('`minimal` and `low`', '`low`').replaceAll('`minimal` 和 `low`', '`low`')
  return [...text.matchAll(/`(none|minimal|low|medium|high|xhigh)`(?:\s*为)?\s+([\d,]+)/g)].map(([, level = '', figure = '']) => [
    level,
    Number(figure.replaceAll(',', '')),
  ])
}

describe.each([
  [READMES[0], 'Headroom.', 'a budget:'],
  [READMES[1], '为思考预留的额度。', '发送预算'],
])('%s', (name, headroom, budget) => {
  test('has the headroom that the proxy adds', async () => {
    const figures = figuresOf(manual(name), headroom)
    const observed: typeof figures = []
    for (const [level] of figures) {
      const { sent } = await chat({ model: modelFor(level), reasoning_effort: level, max_tokens: LIMIT })
      observed.push([level, sentLimit(sent) - LIMIT])
    }
    expect(observed.length).toBe(6)
    expect(figures).toEqual(observed)
  })

  test('has the budgets that the proxy sends to Gemini 2.5', async () => {
    const figures = figuresOf(manual(name), budget)
    const observed: typeof figures = []
    for (const [level] of figures) {
      const { sent } = await chat({ model: 'gemini-2.5-flash', reasoning_effort: level })
      observed.push([level, Number(/"thinking_budget":(\d+)/.exec(sent)?.[1])])
    }
    expect(observed.length).toBe(4)
    expect(figures).toEqual(observed)
  })
})

test('the header lists the parameters that the READMEs describe as ignored', async () => {
  const { answer } = await chat({ model: 'gemini-3.5-flash', user: 'me', logit_bias: { 1: 1 } })
  expect(answer.headers.get('x-gemini-proxy-ignored-params')).toBe('user, logit_bias')
  for (const name of READMES) expect(manual(name)).toContain('`user, logit_bias`')
})

test('the aliases in the READMEs work as described', async () => {
  const aliases = READMES.map((name) => /MODEL_ALIASES='(.+?,.+?)'/.exec(manual(name))?.[1] ?? '')
  expect(aliases[1]).toBe(aliases[0])
  const aliased = await startProxy({ MODEL_ALIASES: aliases[0] ?? '' })
  try {
    const asked = async (model: string) => {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello.' }] })
      return (await fetch(`${aliased.baseUrl}/chat/completions`, { method: 'POST', headers, body })).headers.get('x-gemini-proxy-model')
    }
    expect([await asked('gpt-4o'), await asked('gpt-4o-mini')]).toEqual(['gemini-3.8-flash', 'gemini-3.5-flash'])
  } finally {
    await aliased.close()
  }
})

test.each(READMES)('%s: the simulate directives work as described', async (name) => {
  const directives = rowsOfTable(manual(name), 'simulate:').map((cell) => cell.replaceAll('`', ''))
  expect(directives.length).toBeGreaterThan(4)
  for (const directive of directives) expect(() => JSON.parse(directive.slice('simulate:'.length))).not.toThrow()
  const status = async (directive: string) =>
    (await chat({ model: 'gemini-3.5-flash', messages: [{ role: 'user', content: directive }] })).answer.status
  const errors = ['unavailable', 'quota-minute', 'quota-day', 'region', 'leaked']
  for (const error of errors) expect(manual(name)).toContain(`"${error}"`)
  expect(await Promise.all(errors.map((error) => status(`simulate:{"error":"${error}"}`)))).toEqual([503, 429, 429, 502, 502])
  expect(await status(directives[1] ?? '')).toBe(200)
})

const rowsOfTable = (markdown: string, start: string): string[] =>
  [...markdown.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) => (cell.startsWith(`\`${start}`) ? [cell] : []))
