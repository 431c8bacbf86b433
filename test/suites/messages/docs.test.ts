import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { exampleOf, read } from '../docs/markdown.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

test.each(['docs/messages.md', 'docs/messages.zh-CN.md'])('the first request of %s works', async (page) => {
  const command = exampleOf(read(page), 'messagesCurl').replace('http://127.0.0.1:9000', proxy.origin).replace('my-token', TOKEN)
  const { stdout } = await promisify(execFile)('bash', ['-c', command])
  expect(JSON.parse(stdout)).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn', content: [{ type: 'text' }] })
})
