import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, eventually, reading, streamed } from '../../support/calls.js'
import { type Proxy as ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy({ AUTH_TOKEN: `alice:${TOKEN}`, METRICS_TOKEN: 'm' })
})
afterAll(() => proxy.close())
