import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { post } from '../../support/calls.js'
import { startProxy } from '../../support/proxy.js'
import { heapInUse } from '../resume/heap.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

test('spans that wait for an unresponsive receiver do not retain the requests that their names come from', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1')
  closing.push(() => silent.close().closeAllConnections())
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const proxy = await startProxy({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` })
  closing.push(() => proxy.close())
  const large = 'x'.repeat(1_000_000)
  const before = heapInUse()
  for (let each = 0; each < 100; each += 1) {
    const response = await post(proxy, { model: `m${each}-${large}`, messages: [{ role: 'user', content: 'x' }] })
    await response.text()
    expect(response.status).toBe(404)
  }
  expect(heapInUse() - before).toBeLessThan(50_000_000)
})
