import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'
import { PYTHON_SDKS } from '../sdk/sdks.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0' })
})
afterAll(() => proxy.close())

test.each(PYTHON_SDKS)(
  '$name makes, edits and streams images',
  async ({ name, requirements }) => {
    const env = { PROXY_URL: proxy.origin, PROXY_TOKEN: TOKEN }
    expect(await runPython('test/suites/images/python/images.py', env, requirements)).toEqual({
      version: /\d/.exec(name)?.[0],
      generated: [
        [63, 42],
        [63, 42],
      ],
      usage: true,
      edited: [[42, 63]],
      streamed: [['image_generation.completed', [64, 64], true]],
      edit_streamed: [['image_edit.completed', [64, 64], true]],
      refused: [400, 'unsupported_value', 'model'],
    })
  },
  180_000,
) // time limit in ms: the first run installs the Python SDK
