import { afterAll, beforeAll, expect, test } from 'vitest'
import { runLoad, toTable } from './loads.js'
import { type Stack, startStack } from './stack.js'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack.stop())

test.each([
  { name: 'one user', users: 1, requests: 20, stream: false },
  { name: '50 users', users: 50, requests: 300, stream: false },
  { name: '50 users, streaming', users: 50, requests: 300, stream: true },
])('under load every response is complete: $name', async (load) => {
  const figures = await runLoad(stack.address, load)
  console.info(toTable([figures]))
  expect(figures).toMatchObject({ requests: load.requests, errors: 0 })
  expect(figures.p50Ms).toBeGreaterThan(15)
})
