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
 * Sends a request while an instance is frozen, and thaws it a little later: by then both sides have
 * received everything sent meanwhile.
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
   * Starts the server with another keep-alive timeout; ours is 905 s, longer than the 15 minutes
   * for which the platform keeps a connection.
   */
  const keepingFor =
    (ms: string) =>
    (server: string): string => {
      expect(server.match(/\b905e3\b/g)).toHaveLength(1)
      return server.replace(/\b905e3\b/, ms).replace('# build=', '# build=0')
    }

  test.each([true, false])('succeeds (thawed first: %s)', async (isThawedFirst) => {
    const deployed = await started({ conduct: { isThawedFirst } })
    expect(await statusAfterFreeze(deployed, 1_500)).toBe(200)
    expect(deployed.invocations.map(({ ending }) => ending)).toEqual(['answered', 'answered'])
  })

  test('succeeds where both times are a thousandth: the platform closes first', async () => {
    const deployed = await started({ patch: keepingFor('905 '), keepAliveMs: 900, conduct: { isThawedFirst: false } })
    expect(await statusAfterFreeze(deployed, 1_500)).toBe(200)
  })

  test('fails on a server that closes first, such as one with the default of its framework', async () => {
    // It is frozen before its keep-alive ends, and for longer; newer Node.js adds a second.
    const deployed = await started({ patch: keepingFor('3e3 '), conduct: { isThawedFirst: false } })
    expect(await statusAfterFreeze(deployed, 4_500)).toBe(502)
    expect(deployed.invocations.at(-1)).toMatchObject({ ending: 'broken' })
  })
})

describe('a client that leaves, and an instance that is frozen', () => {
  test.each([
    ['before an answer', chat({ latencyMs: FOR_EVER })],
    ['in the middle of a stream', streamed({ chunks: 10_000, chunkDelayMs: 5 })],
  ])('once it has heard of it: the call to Gemini has ended, and the log says so while it is frozen: %s', async (_, body) => {
    const deployed = await started()
    await leave(deployed, body)
    await frozen(deployed)
    await expect.poll(() => simulator.abortedRequests).toBe(1)
    expect(instanceOf(deployed)?.isFrozen()).toBe(true)
    expect(deployed.logs.filter(({ cancelled }) => cancelled === true)).toMatchObject([{ status: 499, msg: 'cancelled' }])
  })

  test('before it could hear of it: both come with the thaw, and the next request is served', async () => {
    const deployed = await started({ conduct: { freeze: 'at-once' } })
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

  test('before it could hear of it, and ended by SIGKILL: that one line is lost, and no other', async () => {
    const deployed = await started({ conduct: { freeze: 'at-once' } })
    await (await post(deployed, chat({}))).text()
    await pause(50)
    await leave(deployed, streamed({ chunks: 10_000, chunkDelayMs: 5 }))
    await frozen(deployed)
    await instanceOf(deployed)?.kill()
    await expect.poll(() => simulator.openRequests).toBe(0)
    expect(await post(deployed, chat({}))).toMatchObject({ status: 200 })
    const lost = (await deployed.unlogged()).map(({ ending }) => ending)
    // The response before it may have been frozen just before its log line as well.
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
  test('connections to Gemini that have died meanwhile cost nothing that a client sees', async () => {
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

  test('a stream that begins then gets its heartbeats, and its deadline in its own time', async () => {
    const deployed = await started({ env: { REQUEST_TIMEOUT_MS: '4000', HEARTBEAT_INTERVAL_MS: '100', FIRST_EVENT_PATIENCE_MS: '1' } })
    await frozen(deployed)
    // Longer than the deadline of the requests served before.
    await pause(4_500)
    const response = await post(deployed, streamed({ latencyMs: FOR_EVER }))
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(text.match(/^: keep-alive$/gm)?.length).toBeGreaterThan(3)
    expect(text).toMatch(/"code":"upstream_timeout".*\n\n$/)
  })

  test('a stream without a reader continues where it stopped, and its time to live has continued to run', async () => {
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
