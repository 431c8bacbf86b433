import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEPLOYED_NODE_VERSIONS, downloadNode, NODE_VERSIONS } from '../../../scripts/bench/nodes.js'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { collect, makeSdkRequest, openai, PLAIN } from '../../support/calls.js'
import { TOKEN } from '../../support/proxy.js'
import { startTlsServer, type TlsServer } from './tls.js'

const DIST = fileURLToPath(new URL('../../../dist/', import.meta.url))
const FETCHING_MS = 120_000
const HELLO = 'Hello there, 世界!'

const folder = mkdtempSync(join(tmpdir(), 'nodes-'))
const probe = join(folder, 'probe.cjs')
// Preloaded into the server: prints for each compiled script whether it has cached data, and
// whether V8 rejected the data.
writeFileSync(
  probe,
  `const vm = require('node:vm')
vm.Script = class extends vm.Script {
  constructor(...args) {
    super(...args)
    console.log(JSON.stringify({ msg: 'compiled', cache: args[1].cachedData !== undefined, rejected: this.cachedDataRejected ?? null }))
  }
}`,
)

let simulator: Simulator
let tlsServer: TlsServer
beforeAll(async () => {
  await Promise.all(NODE_VERSIONS.map(downloadNode))
  simulator = await startSimulator()
  tlsServer = await startTlsServer(simulator.origin)
  writeFileSync(join(folder, 'authority.pem'), tlsServer.authority)
}, FETCHING_MS)
afterAll(async () => {
  await tlsServer.close()
  await simulator.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Starts a built file with one version of Node.js, in front of the simulator. */
async function start(file: string, version: (typeof NODE_VERSIONS)[number], env: Record<string, string> = {}): Promise<Bundle> {
  const own = { GEMINI_API_KEY: 'simulated', GEMINI_BASE_URL: simulator.baseUrl, AUTH_TOKEN: TOKEN, ...PLAIN, ...env }
  return startBundle(own, file, await downloadNode(version))
}

const throughTls = (): Record<string, string> => ({
  GEMINI_BASE_URL: simulator.baseUrl.replace(simulator.origin, tlsServer.origin),
  NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem'),
})

/** Sends one chat request without streaming and one with; returns the texts of both answers. */
async function chats({ address }: Bundle): Promise<[whole: string | null | undefined, streamed: string]> {
  const client = openai({ baseUrl: `${address}/v1` })
  const { choices } = await client.chat.completions.create(makeSdkRequest({ text: HELLO }))
  const chunks = await collect(client.chat.completions.create({ ...makeSdkRequest({ text: HELLO, chunks: 4 }), stream: true }))
  return [choices[0]?.message.content, chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')]
}

describe.each(NODE_VERSIONS)('Node.js %s', (version) => {
  test.each(['server.cjs', 'start.cjs'])('runs dist/%s: serves chats in JSON and as streams, over HTTP and HTTPS', async (file) => {
    for (const env of [{}, throughTls()]) {
      const bundle = await start(join(DIST, file), version, env)
      try {
        expect(bundle.log().find(({ msg }) => msg === 'listening')?.node).toBe(`v${version}`)
        expect(await chats(bundle)).toEqual([HELLO, HELLO])
        expect(await bundle.stop()).toEqual({ code: 0, signal: null })
      } finally {
        bundle.process.kill('SIGKILL')
      }
    }
  })
})

describe('the compile cache', () => {
  const compiled = async (dist: string, version: (typeof NODE_VERSIONS)[number]) => {
    const bundle = await start(join(dist, 'start.cjs'), version, { NODE_OPTIONS: `--require ${probe}` })
    try {
      expect(await chats(bundle)).toEqual([HELLO, HELLO])
      return bundle.log().filter(({ msg }) => msg === 'compiled')
    } finally {
      await bundle.stop()
    }
  }
  /** Copies the build output, so that a test can corrupt it. */
  const copy = (name: string): string => {
    cpSync(DIST, join(folder, name), { recursive: true, filter: (file) => !/\.(zip|map)$/.test(file) })
    return join(folder, name)
  }
  const cacheOf = (dist: string, version: string): string =>
    join(dist, 'cache', readdirSync(join(dist, 'cache')).find((name) => name.startsWith(`v${version}-`)) ?? 'none')

  test.each(DEPLOYED_NODE_VERSIONS)('is used by Node.js %s of Function Compute', async (version) => {
    expect(await compiled(DIST, version)).toEqual([{ msg: 'compiled', cache: true, rejected: false }])
  })

  test('is missing for other Node.js versions, which start without it', async () => {
    expect(await compiled(DIST, '24.21.0')).toEqual([])
  })

  test('is ignored if V8 rejects it: made by another Node.js, or corrupt', async () => {
    const dist = copy('refused')
    copyFileSync(cacheOf(dist, '20.10.0'), cacheOf(dist, '22.23.2'))
    expect(await compiled(dist, '22.23.2')).toEqual([{ msg: 'compiled', cache: true, rejected: true }])
    writeFileSync(cacheOf(dist, '22.23.2'), readFileSync(cacheOf(dist, '22.23.2')).subarray(0, 1000))
    expect(await compiled(dist, '22.23.2')).toEqual([{ msg: 'compiled', cache: true, rejected: true }])
  })

  test('is not read if the bundle differs, even with the same length', async () => {
    const dist = copy('other')
    const server = readFileSync(join(dist, 'server.cjs'), 'latin1')
    writeFileSync(join(dist, 'server.cjs'), server.replace(/# build=\w{4}/, '# build=0000'), 'latin1')
    expect(await compiled(dist, '22.23.2')).toEqual([])
  })
})
