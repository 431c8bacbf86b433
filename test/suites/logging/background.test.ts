import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, post, startReading, streamed } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ AUTH_TOKEN: `alice:${TOKEN}`, METRICS_TOKEN: 'm' })
})
afterAll(() => proxy.close())

test('the tokens of a resumable stream whose client has disconnected are logged and counted once, when it ends', async () => {
  const leaving = new AbortController()
  const body = streamed({ text: 'one two three', chunks: 3, hold: { afterChunks: 1 } })
  const options = { headers: { 'x-stream-resume': 'true' }, signal: leaving.signal }
  const answer = await startReading(post(proxy, body, options))
  await answer.until(/"content":/)
  leaving.abort()
  const chats = () => proxy.logs.filter(({ operation }) => operation === 'createChatCompletion')
  await eventually(() => expect(chats()).toMatchObject([{ msg: 'cancelled', status: 499, attempts: 1 }]))
  expect(chats()[0]).not.toHaveProperty('promptTokens')
  proxy.simulator.release()
  await eventually(() => expect(chats()).toHaveLength(2))
  const [first, second] = chats()
  expect(second).toMatchObject({ requestId: first?.requestId, msg: 'generated', background: true, caller: 'alice' })
  expect(second?.completionTokens).toBeGreaterThan(0)
  expect(Number(second?.durationMs)).toBeGreaterThanOrEqual(Number(first?.durationMs))
  const response = await fetch(`${proxy.origin}/metrics`, { headers: { authorization: 'Bearer m' } })
  const text = await response.text()
  expect(text).toContain('gemini_proxy_requests_total{operation="createChatCompletion",status="499",model="gemini-2.5-flash"} 1\n')
  expect(text).not.toContain('operation="createChatCompletion",status="200"')
  expect(text).toContain(
    `gemini_proxy_tokens_total{caller="alice",model="gemini-2.5-flash",kind="completion"} ${second?.completionTokens}\n`,
  )
})
