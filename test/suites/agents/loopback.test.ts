import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listenOnFreePort } from '../../support/relay.js'
import { isCutOff, runAlone } from './workspace.js'

let folder: string
let there: { readonly port: number; close(): Promise<void> }
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loopback-'))
  there = await listenOnFreePort(createServer((_, answer) => answer.end('Hello')))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await there.close()
})

const python = (code: string) => runAlone(folder, there.port, ['python3', '-c', `import socket, sys, urllib.request as web\n${code}`]).ended

describe('a command without network access', () => {
  test('reaches the allowed port', async () => {
    const { code, printed, outsideRequests } = await python(`print(web.urlopen('http://127.0.0.1:${there.port}').read().decode())`)
    expect([code, printed, outsideRequests]).toEqual([0, 'Hello\n', []])
  })

  test('has its attempts to reach other hosts recorded', async () => {
    const { code, outsideRequests } = await python("web.urlopen('https://example.com')")
    expect(code).not.toBe(0)
    expect(outsideRequests).toEqual([expect.stringMatching(/^CONNECT example\.com:443 /)])
  })

  test('cannot reach other addresses if the machine supports network namespaces', async () => {
    const { printed } = await python(`
try: socket.create_connection(('192.0.2.1', 80), timeout=0.01)
except OSError as error: print(type(error).__name__ if isinstance(error, TimeoutError) else error.errno)`)
    expect(printed).toMatch(isCutOff ? /^101$/m : /./) // errno 101: the network is unreachable
  })
})
