import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { FC_CREDENTIALS, GEMINI_KEY, NOT_FOR_GEMINI, NOT_IN_LOGS, PROMPT_MARK, TOKEN } from './canaries.js'
import { findLeaks, leaksIn } from './leaks.js'

const folder = mkdtempSync(join(tmpdir(), 'leaks-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let count = 0
/** Writes a file whose name ends in `end`, and searches it for leaks as a record of a test run. */
function searched(end: string, text: string) {
  count += 1
  writeFileSync(`${folder}/${count}-x${end}`, text)
  return findLeaks(folder, `${count}-`)
}

const request = (headers: object, body: unknown = { messages: [] }): string =>
  `${JSON.stringify({ method: 'POST', url: '/v1beta/openai/chat/completions', headers, body: JSON.stringify(body) })}\n`
const credentials = Object.entries(FC_CREDENTIALS)

describe('the search for leaks finds in a log of the proxy', () => {
  const planted: [string, string][] = [
    ['the Gemini key', GEMINI_KEY],
    ['the token of a caller', TOKEN],
    ['a prompt', `${PROMPT_MARK}"text":"Hi"}`],
    ...credentials.map(([name, value]): [string, string] => [name, value]),
  ]
  test.each(planted)('%s', (name, value) => {
    const { files, leaks } = searched('.proxy.log', `{"msg":"answered"}\n${JSON.stringify({ msg: `upstream said: ${value}` })}\n`)
    expect([files, leaks]).toEqual([1, [expect.stringContaining(name)]])
  })

  test('nothing in a clean log', () => {
    expect(searched('.proxy.log', '{"level":"info","msg":"answered","keyEnd":"cdef","caller":"k_0011aabb"}\n').leaks).toEqual([])
  })
})

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const hex = (text: string): string => Buffer.from(text).toString('hex')

test.each<[string, (value: string) => string]>([
  ['in capitals', (value) => value.toUpperCase()],
  ['base64', base64],
  ['base64 after one character', (value) => base64(`x${value}yz`)],
  ['base64 after two characters', (value) => base64(`xy${value}z`)],
  ['base64 of a whole header', (value) => base64(`authorization: Bearer ${value}\r\n`)],
  ['base64url', (value) => Buffer.from(`??>>${value}`).toString('base64url')],
  ['percent-encoded', encodeURIComponent],
  ['with every byte percent-encoded', (value) => hex(value).replace(/../g, '%$&')],
  ['with every byte percent-encoded in capitals', (value) => hex(value).toUpperCase().replace(/../g, '%$&')],
  ['hexadecimal', hex],
  ['as a string in JSON in JSON', (value) => JSON.stringify(JSON.stringify({ value }))],
  ['backwards', (value) => [...value].reverse().join('')],
])('every canary is found %s', (_form, disguise) => {
  for (const canary of NOT_IN_LOGS)
    expect(leaksIn(`before ${disguise(canary.value)} after`, [canary])).toEqual([expect.stringContaining(canary.name)])
})

describe('the search for leaks finds in requests to Gemini', () => {
  const planted: [string, string, string][] = [
    ["a caller's token, in the header of the key", 'the token of a caller', request({ authorization: `Bearer ${TOKEN}` })],
    [
      'a credential of the platform in a header',
      'x-fc-security-token',
      request({ ...FC_CREDENTIALS, authorization: `Bearer ${GEMINI_KEY}` }),
    ],
    ['the key in the body', 'the Gemini key', request({}, { user: GEMINI_KEY })],
    ['the key in another header', 'the Gemini key', request({ cookie: GEMINI_KEY })],
    ['the key in the URL', 'the Gemini key', request({}).replace('/chat', `/chat?key=${GEMINI_KEY}`)],
    [
      "the key beside a caller's token in its header",
      'the token of a caller',
      request({ authorization: `Bearer ${GEMINI_KEY}, Bearer ${TOKEN}` }),
    ],
  ]
  test.each(planted)('%s', (_what, name, line) => {
    expect(searched('.upstream.jsonl', request({}) + line).leaks).toContainEqual(expect.stringContaining(name))
  })

  test('neither the key in its own header nor the prompt', () => {
    const right = [{ authorization: `Bearer ${GEMINI_KEY}` }, { 'x-goog-api-key': GEMINI_KEY }].map((headers) =>
      request(headers, PROMPT_MARK),
    )
    expect(searched('.upstream.jsonl', right.join('')).leaks).toEqual([])
    expect(NOT_FOR_GEMINI.map(({ value }) => value)).not.toContain(PROMPT_MARK)
  })
})

describe('the search for leaks finds in the output of other processes', () => {
  test('the key, but no token, which may belong to the client', () => {
    expect(searched('.output.log', `my token is ${TOKEN}`).leaks).toEqual([])
    expect(searched('.output.log', `the key is ${GEMINI_KEY}`).leaks).toEqual([expect.stringContaining('the Gemini key')])
  })

  test('all canaries if the process is a proxy', () => {
    writeFileSync(`${folder}/proxy-1.is-proxy`, '')
    writeFileSync(`${folder}/proxy-1.output.log`, `token ${TOKEN}`)
    expect(findLeaks(folder, 'proxy-').leaks).toEqual([expect.stringContaining('the token of a caller, plain')])
  })
})
