import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { exampleOf, READMES, ROOT, read } from '../docs/markdown.js'
import { type Proxy as ProxyUnderTest, startProxy, TOKEN } from '../support/proxy.js'
import { runPython } from '../support/python.js'
import { countedDeltas } from './client.js'
import { type CuttingRelay, startCuttingRelay } from './cuttingRelay.js'

const ADDRESS = 'http://127.0.0.1:9000'
const KEY = 'my-token'
const DELTAS = countedDeltas(60)
const execute = promisify(execFile)

let proxy: ProxyUnderTest
let folder: string
beforeAll(async () => {
  proxy = await startProxy({ THOUGHTS: 'off' })
  mkdirSync(`${ROOT}.cache`, { recursive: true })
  // Within the repository, so that packages are found as in a project that has installed them.
  folder = mkdtempSync(`${ROOT}.cache/resume-`)
  // The library is made for browsers; this is all that it needs of one.
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

/** Runs an example as a reader would, but for address and key, over a connection that breaks twice. */
async function overBrokenLine(example: string, run: (script: string) => Promise<string>): Promise<{ output: string; relay: CuttingRelay }> {
  const relay = await startCuttingRelay(proxy.origin, [3_000, 4_000])
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

describe.each(READMES)('the reconnecting clients of %s lose and repeat nothing over a line that breaks twice', (readme) => {
  test.each([
    ['fetch-event-source', 'resumeBrowser', (output: string) => output.replaceAll('\n', '')],
    ["OpenAI's SDK", 'resumeJavascript', (output: string) => output],
  ])('JavaScript with %s', async (_, name, textOf) => {
    const { output, relay } = await overBrokenLine(exampleOf(read(readme), name), node)
    expect(textOf(output)).toBe(DELTAS.join(''))
    expect(relay.connections()).toBe(3)
    expect(proxy.simulator.totalRequests).toBe(1)
  })

  test("Python with OpenAI's SDK", async () => {
    const { output, relay } = await overBrokenLine(exampleOf(read(readme), 'resumePython'), async (script) => {
      const body = script.replaceAll(/^(?=.)/gm, '    ')
      const captured = `import contextlib, io, json\nprinted = io.StringIO()\nwith contextlib.redirect_stdout(printed):\n${body}\nprint(json.dumps(printed.getvalue()))\n`
      return String(await runPython(relative(ROOT, save('example.py', captured)), {}))
    })
    expect(output).toBe(DELTAS.join(''))
    expect(relay.connections()).toBe(3)
    expect(proxy.simulator.totalRequests).toBe(1)
  }, 180_000) // the first run installs the SDK
})
