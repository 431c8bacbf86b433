import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type DeployedFunction, deploy, type FunctionOptions } from '../../doubles/functionCompute/function.js'
import { pause } from '../../doubles/functionCompute/ports.js'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { chat, PLAIN, post, streamed } from '../../support/calls.js'
import { GEMINI_KEY, TOKEN } from '../../support/proxy.js'
import { startRelay } from '../../support/relay.js'
import { connect, expectWhole, lastIdOf } from '../resume/client.js'

const FOR_EVER = 60_000
const closing: (() => Promise<unknown>)[] = []
let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
  return () => simulator.close()
})
beforeEach(() => simulator.reset())
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function started({ env, ...options }: FunctionOptions = {}): Promise<DeployedFunction> {
  const given = { GEMINI_API_KEY: GEMINI_KEY, AUTH_TOKEN: TOKEN, GEMINI_BASE_URL: simulator.baseUrl, ...PLAIN, ...env }
  const deployed = await deploy({ ...options, env: given })
  closing.push(() => deployed.close())
  await (await post(deployed, chat({}))).text()
  return deployed
}

const instanceOf = ({ fleet }: DeployedFunction) => fleet.instances[0]
const frozen = (deployed: DeployedFunction) => expect.poll(() => instanceOf(deployed)?.isFrozen()).toBe(true)

/**
 * Waits until the instance is frozen, and for `freezeMs` more. @returns the status of the next
 * request, which thaws the instance
 */
const statusAfterFreeze = async (deployed: DeployedFunction, freezeMs: number): Promise<number> => {
  await frozen(deployed)
  await pause(freezeMs)
  const response = await post(deployed, chat({}))
  await response.text()
  return response.status
}

describe('the first request after a freeze longer than the keep-alive', () => {
  /**
   * Makes a patch that changes the server's keep-alive timeout to `ms`. By default, it is 905 s:
   * longer than the 15 minutes for which the platform keeps an idle connection open.
   */
  const keepingFor =
    (ms: string) =>
    (server: string): string => {
      expect(server.match(/\b905e3\b/g)).toHaveLength(1)
      return server.replace(/\b905e3\b/, ms).replace('# build=', '# build=0')
    }

  test.each([true, false])('succeeds (thawed first: %s)', async (isThawedFirst) => {
    const deployed = await started({ policy: { isThawedFirst } })
    expect(await statusAfterFreeze(deployed, 1_500)).toBe(200)
    expect(deployed.invocations.map(({ ending }) => ending)).toEqual(['answered', 'answered'])
  })

  test('succeeds with both keep-alive times scaled to a thousandth: the platform closes the connection first', async () => {
    const deployed = await started({ patch: keepingFor('905 '), keepAliveMs: 900, policy: { isThawedFirst: false } })
    expect(await statusAfterFreeze(deployed, 1_500)).toBe(200)
  })

  test('fails on a server that closes connections first, such as one with the default keep-alive of its framework', async () => {
    // The instance is frozen for 4.5 s, beyond its keep-alive of 3 s (4 s in newer Node.js), so
    // that it closes the connection when it is thawed.
    const deployed = await started({ patch: keepingFor('3e3 '), policy: { isThawedFirst: false } })
    expect(await statusAfterFreeze(deployed, 4_500)).toBe(502)
    expect(deployed.invocations.at(-1)).toMatchObject({ ending: 'broken' })
  })
})

describe('a client that disconnects from an instance that is then frozen', () => {
  test.each([
    ['before an answer', chat({ latencyMs: FOR_EVER })],
    ['in the middle of a stream', streamed({ chunks: 10_000, chunkDelayMs: 5 })],
  ])('is noticed before the freeze: the upstream call is aborted, and the cancellation is logged: %s', async (_, body) => {
    const deployed = await started()
    await leave(deployed, body)
    await frozen(deployed)
    await expect.poll(() => simulator.abortedRequests).toBe(1)
    expect(instanceOf(deployed)?.isFrozen()).toBe(true)
    expect(deployed.logs.filter(({ cancelled }) => cancelled === true)).toMatchObject([{ status: 499, msg: 'cancelled' }])
  })

  test('is noticed only after the thaw: the upstream call is aborted and logged then, and the next request is served', async () => {
    const deployed = await started({ policy: { freeze: 'at-once' } })
    await leave(deployed, streamed({ chunks: 10_000, chunkDelayMs: 5 }))
    await frozen(deployed)
    await pause(100)
    expect(simulator.openRequests).toBe(1)
    expect(deployed.logs.filter(({ cancelled }) => cancelled === true)).toEqual([])
    expect((await post(deployed, chat({}))).status).toBe(200)
    await expect.poll(() => simulator).toMatchObject({ openRequests: 0, abortedRequests: 1 })
    expect(await deployed.unlogged()).toEqual([])
    expect(deployed.logs.filter(({ cancelled }) => cancelled === true)).toHaveLength(1)
  })

  test('is not noticed if the frozen instance is killed by SIGKILL: only the log line of this request is lost', async () => {
    const deployed = await started({ policy: { freeze: 'at-once' } })
    await (await post(deployed, chat({}))).text()
    await pause(50)
    await leave(deployed, streamed({ chunks: 10_000, chunkDelayMs: 5 }))
    await frozen(deployed)
    await instanceOf(deployed)?.kill()
    await expect.poll(() => simulator.openRequests).toBe(0)
    expect(await post(deployed, chat({}))).toMatchObject({ status: 200 })
    const lost = (await deployed.unlogged()).map(({ ending }) => ending)
    // The log line of the first request may be lost, too: the freeze may come just before it is
    // written.
    expect(lost.filter((ending) => ending === 'cancelled')).toHaveLength(1)
  })
})

async function leave(deployed: DeployedFunction, body: object): Promise<void> {
  const leaving = new AbortController()
  const answer = post(deployed, body, { signal: leaving.signal }).catch(() => undefined)
  await expect.poll(() => simulator.openRequests).toBe(1)
  if ('stream' in body) await (await answer)?.body?.getReader().read()
  leaving.abort()
  await answer
}

describe('after a thaw', () => {
  test('connections to Gemini that died during the freeze cause no errors for clients', async () => {
    const relay = await startRelay(Number(new URL(simulator.origin).port))
    closing.push(() => relay.close())
    const base = new URL(simulator.baseUrl)
    base.port = String(relay.port)
    const deployed = await started({ env: { GEMINI_BASE_URL: base.href } })
    await Promise.all(Array.from({ length: 10 }, async () => (await post(deployed, streamed({ chunks: 5, chunkDelayMs: 20 }))).text()))
    await frozen(deployed)
    relay.cut()
    await pause(50)
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(deployed, chat({}))))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
  })

  test('a new stream gets its heartbeats, and its deadline does not include the freeze', async () => {
    const deployed = await started({ env: { REQUEST_TIMEOUT_MS: '4000', HEARTBEAT_INTERVAL_MS: '100', FIRST_EVENT_PATIENCE_MS: '1' } })
    await frozen(deployed)
    // Longer than REQUEST_TIMEOUT_MS, to test that the time of the freeze does not count.
    await pause(4_500)
    const response = await post(deployed, streamed({ latencyMs: FOR_EVER }))
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(text.match(/^: keep-alive$/gm)?.length).toBeGreaterThan(3)
    expect(text).toMatch(/"code":"upstream_timeout".*\n\n$/)
  })

  test('a stream without a reader continues, and its time to live includes the freeze', async () => {
    const deployed = await started({ env: { STREAM_RESUME_TTL_SECONDS: '10' } })
    const deltas = Array.from({ length: 30 }, (_, place) => `${place} `)
    const before = await connect({ origin: deployed.origin, cutAfter: 3 }, { behaviour: { deltas, chunkDelayMs: 20 } })
    await frozen(deployed)
    await pause(300)
    const after = await connect({ origin: deployed.origin }, { lastEventId: lastIdOf(before.events) })
    expectWhole([...before.events, ...after.events], deltas.join(''))
    await frozen(deployed)
    await pause(10_500)
    expect(await connect({ origin: deployed.origin }, { lastEventId: lastIdOf(before.events) })).toMatchObject({ status: 404 })
  })
})
