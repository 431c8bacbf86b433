import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isOnChat, onApi } from '../../support/apis.js'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { eventually, PLAIN, streamed } from '../../support/calls.js'
import { DONE, toEvent } from '../../support/geminiWire.js'
import { TOKEN } from '../../support/proxy.js'
import { listenOnFreePort } from '../../support/relay.js'

const MEBIBYTE = 1024 * 1024
const TOTAL_BYTES = 192 * MEBIBYTE
// Limit of the bytes on their way to a client that does not read: the socket buffers of two
// connections, which the kernel may grow to some MiB each, and the Node.js streams between them.
const IN_FLIGHT_BYTES = 40 * MEBIBYTE
// Limit by which the memory of the proxy may grow for one stream, including what a fresh process
// needs for its first request; a quarter of what the upstream would send.
const MEMORY_BYTES = 48 * MEBIBYTE
// Limit of the memory for each of many streams, independent of what the upstream sends: see
// src/http/answer/eventStream.ts. In the Responses API and the Messages API, the proxy also holds
// the text so far; this grows by some MiB until the buffers of the connection to the client are
// full.
const STREAM_BYTES = (isOnChat() ? 2 : 10) * MEBIBYTE
// What the upstream sends to a client that reads. Less for the Responses API and the Messages API,
// because the Responses API repeats the text in its last events.
const READ_BYTES = (isOnChat() ? 48 : 12) * MEBIBYTE
const STREAMS = 25
// The disconnect must be noticed within this time. It is far shorter than the heartbeat interval,
// because writing a heartbeat would also reveal the disconnect.
const LIMIT_MS = 1_000
const PIECE = 'x'.repeat(16_000)
const EVENT = toEvent({ choices: [{ index: 0, delta: { content: PIECE } }] })
// Matches the text of one event, to count the events that arrived; no other part of an event begins
// like this.
const DELTAS = new RegExp(`"${{ '/chat/completions': 'content', '/messages': 'text' }[onApi().path] ?? 'delta'}":"${PIECE}"`, 'g')
/** Matches the last event of a stream and the end of its chunked body. */
const END = /(data: \[DONE\]|"type":"response\.completed".*\}|data: \{"type":"message_stop"\})\n\n\r\n0\r\n\r\n$/
const LAST = `${toEvent({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}${DONE}`

let sent = 0
let total = TOTAL_BYTES
let open = 0
let upstream: Awaited<ReturnType<typeof listenOnFreePort>>
let bundle: Bundle
let client: Socket

/** Sends events as fast as the connection accepts them, and counts their bytes in `sent`. */
async function flood(response: ServerResponse): Promise<void> {
  open += 1
  response.once('close', () => {
    open -= 1
  })
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  while (sent < total && !response.destroyed) {
    sent += EVENT.length
    if (!response.write(EVENT)) await drainedOrGone(response)
  }
  response.end(LAST)
}

function drainedOrGone(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.once('drain', done).once('close', done)
  })
}

beforeEach(async () => {
  sent = 0
  open = 0
  upstream = await listenOnFreePort(createServer((request, response) => request.resume().once('end', () => void flood(response))))
  bundle = await startBundle({
    FC_FUNCTION_NAME: 'gemini-proxy',
    GEMINI_API_KEY: 'simulated',
    GEMINI_BASE_URL: `http://127.0.0.1:${upstream.port}/v1`,
    AUTH_TOKEN: TOKEN,
    ...PLAIN,
  })
  client = await asking()
})
afterEach(async () => {
  client.destroy()
  await bundle.stop()
  await upstream.close()
})

/** Opens a connection that requests a stream and reads nothing of the response. */
async function asking(headers = ''): Promise<Socket> {
  const body = JSON.stringify(streamed({}))
  const socket = connect(Number(new URL(bundle.address).port), '127.0.0.1')
  socket.pause()
  await once(socket, 'connect')
  socket.write(
    `POST /v1${onApi().path} HTTP/1.1\r\nhost: proxy\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\nconnection: close\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  return socket
}

/**
 * Waits until the upstream has sent nothing for 250 ms. @returns the bytes that it has sent so far
 */
async function standstill(): Promise<number> {
  for (let before = -1, still = 0; still < 5; before = sent) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    still = sent === before && sent > 0 ? still + 1 : 0
  }
  return sent
}

/**
 * Opens further clients that read nothing, and waits until the proxy has stopped reading their
 * streams from the upstream.
 */
async function stalled(count: number): Promise<Socket[]> {
  const before = open
  const clients = await Promise.all(Array.from({ length: count }, () => asking()))
  await eventually(() => expect(open).toBe(before + count))
  await standstill()
  return clients
}

async function memoryOf({ address }: Bundle): Promise<number> {
  const page = await (await fetch(`${address}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text()
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(page)?.[1])
}

describe('a client that does not read', () => {
  test('slows the upstream down, and the memory of the proxy does not grow', async () => {
    total = TOTAL_BYTES
    const before = await memoryOf(bundle)
    const stopped = await standstill()
    expect(stopped).toBeLessThan(IN_FLIGHT_BYTES)
    // Polls, because garbage may take a while to be collected; memory that the proxy holds is never
    // freed.
    await eventually(async () => expect((await memoryOf(bundle)) - before).toBeLessThan(MEMORY_BYTES))
    expect(open).toBe(1)
  })

  test('needs no more memory than documented, even if it is one of many', async () => {
    total = Number.POSITIVE_INFINITY
    await standstill()
    // The memory for these clients is not measured, because the process compiles its code meanwhile
    // and its heap grows.
    const clients = await stalled(STREAMS)
    const costs: number[] = []
    // Garbage that is not collected yet may distort one measurement, but hardly all three.
    while (costs.length < 3 && !costs.some((cost) => cost < STREAM_BYTES)) {
      const before = await memoryOf(bundle)
      clients.push(...(await stalled(STREAMS)))
      costs.push(((await memoryOf(bundle)) - before) / STREAMS)
    }
    console.info(`a stalled stream holds ${costs.map((cost) => Math.round(cost / 1024)).join(', ')} KiB`)
    expect(Math.min(...costs)).toBeLessThan(STREAM_BYTES)
    for (const each of clients) each.destroy()
    await eventually(() => expect(open).toBe(1))
  })

  test('gets everything once it reads, in order and completely', async () => {
    total = READ_BYTES
    await standstill()
    const pieces: Buffer[] = []
    client.on('data', (bytes: Buffer) => pieces.push(bytes)).resume()
    await once(client, 'end')
    const text = Buffer.concat(pieces).toString()
    expect(text.match(DELTAS)).toHaveLength(sent / EVENT.length)
    expect(text).toMatch(END)
    expect(sent).toBeGreaterThanOrEqual(total)
  })

  test('is limited by the deadline: the upstream call ends then, and the connection soon after', async () => {
    total = Number.POSITIVE_INFINITY
    const stalled = await asking('x-fc-function-timeout: 8\r\n')
    let isClosed = false
    stalled.once('close', () => {
      isClosed = true
    })
    await eventually(() => expect(open).toBe(2))
    const began = performance.now()
    await eventually(() => expect(open).toBe(1))
    // The deadline of Function Compute's header applies; without the header, it would be ten
    // minutes.
    expect(performance.now() - began).toBeLessThan(15_000)
    // Polls, because before it logs the timeout, the proxy gives the client some seconds to read
    // the last bytes.
    await eventually(() => expect(bundle.log()).toContainEqual(expect.objectContaining({ errorCode: 'upstream_timeout' })), 10_000)
    stalled.resume()
    await eventually(() => expect(isClosed).toBe(true))
  })

  test('and disconnects ends the upstream call at once', async () => {
    total = Number.POSITIVE_INFINITY
    const delays: number[] = []
    // A busy machine may delay one measurement, but hardly all three; so the shortest counts.
    while (delays.length < 3 && !delays.some((delay) => delay < LIMIT_MS)) {
      sent = 0
      if (client.destroyed) client = await asking()
      await standstill()
      const left = performance.now()
      client.resetAndDestroy()
      await eventually(() => expect(open).toBe(0))
      delays.push(performance.now() - left)
    }
    expect(Math.min(...delays)).toBeLessThan(LIMIT_MS)
    await eventually(() => expect(bundle.log()).toContainEqual(expect.objectContaining({ status: 499, cancelled: true })))
  })
})
