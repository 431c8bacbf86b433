import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

const KEYS = [
  'AIzaSyCANARYcanary0123456789abcdefghijkl',
  'AQ.CanaryCANARYcanary_9876-543210zyxwvutsr',
  'relay-canary/Q7w+8e9R0t==',
] as const
const [FIRST, , RELAY] = KEYS
const MODEL = 'gemini-3.5-flash'
const ASKED = [{ role: 'user', content: 'x' }]
const REQUESTS: readonly (readonly [string, string, object])[] = [
  ['a chat', 'chat/completions', { model: MODEL, messages: ASKED }],
  ['a stream', 'chat/completions', { model: MODEL, messages: ASKED, stream: true }],
  ['a response', 'responses', { model: MODEL, input: 'x' }],
  ['a stream of a response', 'responses', { model: MODEL, input: 'x', stream: true }],
  ['embeddings', 'embeddings', { model: 'gemini-embedding-001', input: 'x' }],
]

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_API_KEY: KEYS.join(','), MAX_RETRIES: '0', THOUGHTS: 'off', LOG_LEVEL: 'trace' })
})
beforeEach(() => {
  proxy.simulator.reset()
  proxy.logs.length = 0
})
afterAll(() => proxy.close())

/**
 * Sends a request to which Gemini responds with an error message. @returns the body of the response
 * and the log
 */
async function saidBy(message: string, code: number, [, path, body]: readonly [string, string, object]): Promise<string> {
  proxy.simulator.next({ error: { code, status: code === 400 ? 'INVALID_ARGUMENT' : 'INTERNAL', message } })
  const response = await fetch(`${proxy.baseUrl}/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  expect(response.status).toBe(code === 400 ? 400 : 502)
  await eventually(() => expect(proxy.logs.some(({ operation }) => operation !== undefined)).toBe(true))
  return `${text}\n${JSON.stringify(proxy.logs)}`
}

const spaced = (key: string, between: string): string => [...key].join(between)
const inHex = (key: string): string => Buffer.from(key).toString('hex')
const inBase64 = (text: string): string => Buffer.from(text).toString('base64')
/**
 * Forms in which a server may quote a key in an error message. `toSecret` returns the part that
 * must be redacted, by default the whole form.
 */
const FORMS: readonly (readonly [name: string, toForm: (key: string) => string, toSecret?: (key: string) => string])[] = [
  ['unchanged', (key) => key],
  ['in quotes', (key) => `"${key}"`],
  ['in lower case', (key) => key.toLowerCase()],
  ['in upper case', (key) => key.toUpperCase()],
  ['cut at its end', (key) => `${key.slice(0, 14)}...`],
  ['cut at its start', (key) => `...${key.slice(-16)}`],
  ['cut in its middle', (key) => `${key.slice(0, 14)}***`],
  ['URL-encoded', (key) => encodeURIComponent(key)],
  ['URL-encoded completely', (key) => inHex(key).replace(/../g, '%$&')],
  ['in hex', inHex],
  [
    'in upper-case hex with colons',
    (key) =>
      inHex(key)
        .toUpperCase()
        .replace(/..(?=.)/g, '$&:'),
  ],
  ['in base64', inBase64],
  ['in URL-safe base64', (key) => Buffer.from(key).toString('base64url')],
  ['in base64 with a user name before it', (key) => inBase64(`u:${key}`)],
  ['in base64 within a header', (key) => inBase64(`Bearer ${key} and more`), (key) => inBase64(`Bearer ${key}`).slice(12, -4)],
  ['in truncated base64', (key) => inBase64(key).slice(0, 20)],
  ['with spaces', (key) => spaced(key, ' ')],
  ['with zero-width spaces', (key) => spaced(key, '\u200b')],
  ['split over several lines', (key) => `${key.slice(0, 8)}\n${key.slice(8, 16)}\r\n${key.slice(16)}`],
  ['within a URL', (key) => `https://relay.test/v1?key=${key}&x=1`, (key) => key],
]

const reduced = (text: string): string => text.toLowerCase().replace(/[^a-z\d]/g, '')
/**
 * Returns every sequence of 12 consecutive letters and digits of a text, in lower case; other
 * characters are skipped. None of a key may remain in a response or in the log.
 */
const runsOf = (text: string): string[] => {
  const letters = reduced(text)
  return Array.from({ length: Math.max(0, letters.length - 11) }, (_, start) => letters.slice(start, start + 12))
}

describe.each(FORMS.map(([name, toForm, toSecret = toForm]) => ({ name, toForm, toSecret })))(
  'a key that a server quotes $name',
  ({ toForm, toSecret }) => {
    test.each(KEYS.flatMap((key, index) => REQUESTS.map((request) => [index + 1, request[0], key, request] as const)))(
      'is in neither the response nor the log: key %i, %s',
      async (_index, _name, key, request) => {
        for (const code of [400, 500]) {
          const letters = reduced(await saidBy(`Do not use ${toForm(key)} here`, code, request))
          expect(runsOf(toSecret(key)).filter((run) => letters.includes(run))).toEqual([])
        }
      },
    )
  },
)

test('the text around a key is not redacted', async () => {
  for (const form of [FIRST, inHex(FIRST), inBase64(RELAY), spaced(RELAY, ' ')])
    expect(await saidBy(`Do not use ${form}, or another.`, 400, ['', 'chat/completions', { model: MODEL, messages: ASKED }])).toMatch(
      /Do not use \[redacted\](?: ?=){0,2}, or another\./,
    )
})

test.each(['status', 'field'])('a key in another field of an error is not returned: %s', async (where) => {
  const error = {
    code: 400,
    status: where === 'status' ? FIRST : 'INVALID_ARGUMENT',
    message: where === 'field' ? `Invalid value at '${FIRST}'` : 'x',
  }
  proxy.simulator.next({ error })
  const response = await fetch(`${proxy.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, messages: ASKED }),
  })
  expect(await response.text()).not.toContain('CANARY')
  await eventually(() => expect(proxy.logs.some(({ operation }) => operation !== undefined)).toBe(true))
  expect(JSON.stringify(proxy.logs)).not.toContain('CANARY')
})

/**
 * Short texts. Repeated many times, they make texts for which a regular expression with a nested or
 * repeated search takes quadratic time or worse.
 */
const LONG: readonly (readonly [string, string])[] = [
  ['newlines', '\n'],
  ['carriage returns', '\r\n'],
  ['tabs', '\n\t'],
  ['tabs and carriage returns', '\t\r'],
  ['spaces', ' '],
  ['lines of spaces', '\n    '],
  ['beginnings of stack lines', '\n at'],
  ['beginnings of keys', 'AIza '],
  ['beginnings of tokens', 'key = '],
  ['beginnings of projects', 'project='],
  ['letters', 'a'],
  ['digits', '1'],
  ['waits', 'retry in 1'],
  ['quotes', `"'`],
  ['lone surrogates', '\ud83d'],
]

test.each(LONG)('a megabyte of %s in an error of Gemini does not stop the service', async (_, unit) => {
  const message = unit.repeat(1_000_000 / unit.length)
  for (const request of REQUESTS) {
    for (const code of [400, 500]) {
      const said = await saidBy(message, code, request)
      expect(said.length).toBeLessThan(100_000)
    }
  }
})
