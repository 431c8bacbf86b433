import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'
import { exampleOf, manual, READMES, ROOT } from '../docs/markdown.js'
import { countedDeltas } from './client.js'
import { type CuttingRelay, startCuttingRelay } from './cuttingRelay.js'
import { startEndingRelay } from './endingRelay.js'

const ADDRESS = 'http://127.0.0.1:9000'
const KEY = 'my-token'
const DELTAS = countedDeltas(60)
const execute = promisify(execFile)

let proxy: ProxyUnderTest
let folder: string
beforeAll(async () => {
  proxy = await startProxy({ THOUGHTS: 'off' })
  mkdirSync(`${ROOT}.cache`, { recursive: true })
  // The examples can import packages only from a folder inside the repository.
  folder = mkdtempSync(`${ROOT}.cache/resume-`)
  // The library fetch-event-source is written for browsers, but needs only these of their globals.
  writeFileSync(join(folder, 'browser.mjs'), 'globalThis.window = globalThis\nglobalThis.document = new EventTarget()\n')
})
beforeEach(() => {
  proxy.simulator.reset()
  proxy.simulator.next({ deltas: DELTAS, chunkDelayMs: 5 })
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await proxy.close()
})

type Run = (script: string) => Promise<string>
type Relay = Pick<CuttingRelay, 'origin' | 'connections' | 'close'>

/**
 * Runs an example with the test's address and token, through a relay that breaks the connection
 * twice unless `start` starts another one.
 */
async function overBrokenLine(example: string, run: Run, start = () => startCuttingRelay(proxy.origin, [3_000, 4_000])) {
  const relay: Relay = await start()
  try {
    expect(example).toContain(ADDRESS)
    return { output: await run(example.replaceAll(ADDRESS, relay.origin).replaceAll(KEY, TOKEN)), relay }
  } finally {
    await relay.close()
  }
}

function save(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const node = async (script: string): Promise<string> =>
  (await execute(process.execPath, ['--import', join(folder, 'browser.mjs'), save('example.mjs', script)])).stdout

const python: Run = async (script) => {
  const body = script.replaceAll(/^(?=.)/gm, '    ')
  const captured = `import contextlib, io, json\nprinted = io.StringIO()\nwith contextlib.redirect_stdout(printed):\n${body}\nprint(json.dumps(printed.getvalue()))\n`
  return String(await runPython(relative(ROOT, save('example.py', captured)), {}))
}

const CLIENTS = [
  ['fetch-event-source', 'resumeBrowser', node, (output: string) => output.replaceAll('\n', '')],
  ["OpenAI's SDK for JavaScript", 'resumeJavascript', node, (output: string) => output],
  ["OpenAI's SDK for Python", 'resumePython', python, (output: string) => output],
] as const
const WITH_INSTALLATION_MS = 180_000 // in ms: the first run installs the Python SDK

const errorEvent = (code: string): string =>
  `data: ${JSON.stringify({ error: { message: code, type: 'server_error', param: null, code } })}\n\n`

describe.each(READMES)('the reconnecting clients of %s', (readme) => {
  test("lose and repeat nothing of a response: OpenAI's SDK for JavaScript", async () => {
    const { output, relay } = await overBrokenLine(exampleOf(manual(readme), 'responses'), node, () =>
      startCuttingRelay(proxy.origin, [6_000]),
    )
    expect(output).toBe(DELTAS.join(''))
    expect(relay.connections()).toBe(2)
  })

  test.each(CLIENTS)(
    'lose and repeat nothing over a connection that breaks twice: %s',
    async (_, name, run, textOf) => {
      const { output, relay } = await overBrokenLine(exampleOf(manual(readme), name), run)
      expect(textOf(output)).toBe(DELTAS.join(''))
      expect(relay.connections()).toBe(3)
      expect(proxy.simulator.totalRequests).toBe(1)
    },
    WITH_INSTALLATION_MS,
  )

  test.each(CLIENTS)(
    'reconnect after an end without [DONE], after shutting_down and after upstream_timeout: %s',
    async (_, name, run, textOf) => {
      const endings = ['', errorEvent('shutting_down'), errorEvent('upstream_timeout')]
      const { output, relay } = await overBrokenLine(exampleOf(manual(readme), name), run, () => startEndingRelay(proxy.origin, endings))
      expect(textOf(output)).toBe(DELTAS.join(''))
      expect(relay.connections()).toBe(4)
      expect(proxy.simulator.totalRequests).toBe(1)
    },
    WITH_INSTALLATION_MS,
  )

  test.each(CLIENTS)(
    'give up at once if reconnecting is useless: %s',
    async (_, name, run) => {
      const example = exampleOf(manual(readme), name).replaceAll(KEY, 'a-token-that-is-not-accepted')
      const relays: Relay[] = []
      const failing = overBrokenLine(example, run, async () => {
        const relay = await startEndingRelay(proxy.origin, [])
        relays.push(relay)
        return relay
      })
      await expect(failing).rejects.toThrow(/token|key/i)
      expect(relays.map(({ connections }) => connections())).toEqual([1])
    },
    WITH_INSTALLATION_MS,
  )
})
