import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'
import { PYTHON_SDKS } from '../sdk/sdks.js'
import { MODEL } from './asking.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
})
afterAll(() => proxy.close())

test.each(PYTHON_SDKS)('$name uploads a file, names it, and deletes it', async ({ requirements }) => {
  const env = { PROXY_URL: proxy.origin, PROXY_TOKEN: TOKEN, PROXY_MODEL: MODEL }
  expect(await runPython('test/suites/sdk/python/files.py', env, requirements)).toEqual({
    file: { filename: 'Bericht ä.pdf', bytes: 9, status: 'processed', hours: 48 },
    finish: 'stop',
    response: 'completed',
    video: ['uploaded', 'processed'],
    listed: true,
    deleted: [true, true],
    gone: 'file_not_found',
  })
})
