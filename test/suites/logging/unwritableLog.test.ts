import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { chat, startReading, streamed } from '../../support/calls.js'
import { TOKEN } from '../../support/proxy.js'
import { copyServer, replaceInServer } from '../../support/serverCopy.js'
import { type LoggingServer, linesOf, Pipe, startLogging } from './server.js'

/** Number of log lines of 4 KB: more than a pipe (64 KiB) or a socket (208 KiB) can hold. */
const MANY = 80
const ENDED = { code: 0, signal: null }
const PTY = fileURLToPath(new URL('terminal.py', import.meta.url))

let simulator: Simulator
const closing: (() => void)[] = []
beforeAll(async () => {
  simulator = await startSimulator()
  return () => simulator.close()
})
afterEach(() => {
  simulator.reset()
  for (const close of closing.splice(0).reverse()) close()
})

async function start(...args: Parameters<typeof startLogging>): Promise<LoggingServer> {
  const server = await startLogging(
    args[0],
    { GEMINI_BASE_URL: simulator.baseUrl, SHUTDOWN_GRACE_MS: '30000', ...args[1] },
    args[2],
    args[3],
  )
  closing.push(() => server.process.kill('SIGKILL'))
  return server
}

function makePipe(): Pipe {
  const pipe = new Pipe()
  closing.push(() => pipe.close())
  return pipe
}

const ask = ({ origin }: LoggingServer, body: object): Promise<Response> =>
  fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Expects that the process exits with code 0 and has printed nothing to stderr. */
async function expectEnd(server: LoggingServer, ended = server.stop()): Promise<void> {
  expect(await ended).toEqual(ENDED)
  expect(server.errors()).toBe('')
}

/** Expects that requests succeed, and that SIGTERM ends the process. */
async function expectService(server: LoggingServer, count = MANY): Promise<void> {
  expect(await server.ask(count)).toEqual(Array(count).fill(200))
  await expectEnd(server)
}

/**
 * Causes for which standard output stops accepting log lines. Each starts a server, and returns a
 * function that causes the failure, unless it exists from the start.
 */
const KINDS: readonly (readonly [what: string, start: () => Promise<{ server: LoggingServer; fail: () => void }>])[] = [
  [
    'a pipe whose reader leaves (EPIPE)',
    async () => {
      const pipe = makePipe()
      return { server: await start(pipe.writer), fail: () => pipe.leave() }
    },
  ],
  [
    'a socket whose reader leaves (EPIPE)',
    async () => {
      const server = await start('pipe')
      server.process.stdout?.resume()
      return { server, fail: () => server.process.stdout?.destroy() }
    },
  ],
  ['a pipe that is not read (EAGAIN)', async () => ({ server: await start(makePipe().writer), fail: () => undefined })],
  [
    'a socket that is not read (EAGAIN)',
    async () => {
      const server = await start('pipe')
      server.process.stdout?.pause()
      return { server, fail: () => undefined }
    },
  ],
  [
    'a terminal that is closed (EIO)',
    async () => {
      const server = await start('ignore', {}, ['python3', PTY, process.execPath])
      return { server, fail: () => server.process.kill('SIGUSR1') }
    },
  ],
  [
    'a disk that is full (ENOSPC)',
    async () => {
      const full = openSync('/dev/full', 'w')
      closing.push(() => closeSync(full))
      return { server: await start(full), fail: () => undefined }
    },
  ],
]

describe.each(KINDS)('with %s', (_what, begin) => {
  test('before the first request: requests are answered, and SIGTERM stops the server', async () => {
    const { server, fail } = await begin()
    fail()
    await expectService(server)
  })

  test('between requests: the next ones are answered, and SIGTERM stops the server', async () => {
    const { server, fail } = await begin()
    expect(await server.ask(3)).toEqual([200, 200, 200])
    fail()
    await expectService(server)
  })

  test('in the middle of a stream: the stream is complete', async () => {
    const { server, fail } = await begin()
    const answer = await startReading(ask(server, streamed({ text: 'one two three', chunks: 3, hold: { afterChunks: 1 } })))
    await answer.until(/"content":/)
    fail()
    expect(await server.ask(MANY)).toEqual(Array(MANY).fill(200))
    simulator.release()
    expect(await answer.rest()).toMatchObject({ content: 'one two three', dones: 1 })
    await expectService(server, 1)
  })

  test('during shutdown: a running stream is finished, and the process exits', async () => {
    const { server, fail } = await begin()
    const answer = await startReading(ask(server, streamed({ text: 'one two three', chunks: 3, hold: { afterChunks: 1 } })))
    await answer.until(/"content":/)
    const ended = server.stop()
    fail()
    expect(await server.ask(MANY, '/health/live')).toEqual(Array(MANY).fill(200))
    simulator.release()
    expect(await answer.rest()).toMatchObject({ dones: 1 })
    await expectEnd(server, ended)
  })

  test('at any time around SIGTERM: the process exits', async () => {
    const { server, fail } = await begin()
    await server.ask(1)
    const ended = server.stop()
    fail()
    await expectEnd(server, ended)
  })
})

describe('lost log lines', () => {
  test('because of a full disk are counted in the metrics', async () => {
    const full = openSync('/dev/full', 'w')
    closing.push(() => closeSync(full))
    const server = await start(full)
    await server.ask(20)
    await expect.poll(() => server.dropped()).toBeGreaterThanOrEqual(20)
  })

  test('while there is no reader are reported in one line, when a reader returns', async () => {
    const pipe = makePipe()
    const server = await start(pipe.writer)
    await expect.poll(() => pipe.read()).toContain('listening')
    pipe.leave()
    await server.ask(50)
    pipe.open()
    let asked = 50
    let text = ''
    const answered = () => linesOf(text).filter(({ status }) => status === 200).length
    const reports = () => linesOf(text).filter(({ dropped }) => dropped !== undefined)
    await expect
      .poll(async () => {
        await server.ask(1)
        asked += 1
        text += pipe.read()
        return answered()
      })
      .toBeGreaterThan(1)
    expect(reports()).toEqual([{ level: 'warn', time: expect.any(String), dropped: expect.any(Number), msg: expect.any(String) }])
    await expect
      .poll(() => {
        text += pipe.read()
        return answered() + Number(reports()[0]?.dropped)
      })
      .toBe(asked)
    expect(await server.dropped()).toBe(reports()[0]?.dropped)
  })

  test('because of a slow reader are counted, and the lines that arrive are complete', async () => {
    const pipe = makePipe()
    const server = await start(pipe.writer)
    let text = ''
    const asked = 600
    for (let round = 0; round < asked; round += 10) {
      expect(await server.ask(10)).toEqual(Array(10).fill(200))
      text += pipe.read(1_000)
    }
    await expect
      .poll(() => {
        text += pipe.read()
        const lines = linesOf(text.slice(0, text.lastIndexOf('\n')))
        const dropped = lines.reduce((sum, line) => sum + Number(line.dropped ?? 0), 0)
        return { isLost: dropped > 0, total: lines.filter(({ status }) => status === 200).length + dropped }
      })
      .toEqual({ isLost: true, total: asked })
  })
})

describe('delayed log lines', () => {
  test('all reach a reader that resumes reading, in order', async () => {
    const pipe = makePipe()
    const server = await start(pipe.writer)
    await server.ask(300, '/health/live')
    let text = ''
    await expect
      .poll(() => {
        text += pipe.read()
        return linesOf(text.slice(0, text.lastIndexOf('\n'))).filter(({ status }) => status === 200).length
      })
      .toBe(300)
    const times = linesOf(text).map(({ time }) => String(time))
    expect(times).toEqual([...times].sort())
    expect(linesOf(text).filter(({ dropped }) => dropped !== undefined)).toEqual([])
  })

  test('before the exit reach a slow reader', async () => {
    // Before it exits, this modified server waits for up to a minute, instead of half a second,
    // until its log has been read, so that a slow machine does not fail the test.
    const copy = copyServer((server) =>
      replaceInServer(server, /(?<=\{let \w+=performance\.now\(\)\+)[\w$]+(?=,\w+=new Int32Array)/, '6e4'),
    )
    closing.push(() => copy.remove())
    const pipe = makePipe()
    const server = await start(pipe.writer, {}, undefined, copy.path)
    await server.ask(MANY)
    let text = ''
    const reader = setInterval(() => {
      text += pipe.read()
    }, 5)
    expect(await server.stop()).toEqual(ENDED)
    clearInterval(reader)
    text += pipe.read()
    expect(linesOf(text).at(-1)).toMatchObject({ msg: 'stopped' })
    expect(linesOf(text).filter(({ status }) => status === 200)).toHaveLength(MANY)
  })

  test('with a fatal error are written before the process exits', async () => {
    const pipe = makePipe()
    const first = await start(pipe.writer)
    const second = makePipe()
    await start(second.writer, { PORT: new URL(first.origin).port })
    let text = ''
    await expect
      .poll(() => {
        text += second.read()
        return text
      })
      .toContain('already in use')
  })
})

describe('a writable log', () => {
  test('has the line of a request by the end of the next request', async () => {
    const pipe = makePipe()
    const server = await start(pipe.writer)
    expect((await ask(server, chat({ text: 'Hello' }))).status).toBe(200)
    // The line must be written by the end of the next request: the server does not wait for a
    // timer.
    await server.ask(1)
    expect(linesOf(pipe.read()).filter(({ operation }) => operation === 'createChatCompletion')).toHaveLength(1)
  })

  test('that is a file is appended to, in complete lines', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'log-'))
    closing.push(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'app.log')
    writeFileSync(path, '{"msg":"before"}\n')
    const file = openSync(path, 'a')
    closing.push(() => closeSync(file))
    const server = await start(file)
    await server.ask(30)
    expect(await server.stop()).toEqual(ENDED)
    const lines = linesOf(readFileSync(path, 'utf8'))
    expect(lines[0]).toEqual({ msg: 'before' })
    expect(lines.filter(({ status }) => status === 200)).toHaveLength(30)
    expect(lines.at(-1)).toMatchObject({ msg: 'stopped' })
  })

  test('that is a file opened without append mode is not overwritten from the start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'log-'))
    closing.push(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'app.log')
    const file = openSync(path, 'w')
    closing.push(() => closeSync(file))
    writeFileSync(file, '{"msg":"by the shell"}\n')
    const server = await start(file)
    await server.ask(3)
    expect(await server.stop()).toEqual(ENDED)
    expect(linesOf(readFileSync(path, 'utf8'))[0]).toEqual({ msg: 'by the shell' })
  })
})
