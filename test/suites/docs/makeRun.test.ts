import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { originOf, waitForServer } from '../../../scripts/run/address.js'
import { describeEnvFile, mergeEnvFile } from '../../../scripts/run/envFile.js'
import { makeWelcome } from '../../../scripts/run/welcome.js'

/** Merges a .env file with this text into the environment of a shell, which takes precedence. */
function merge(text: string, shell: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'env-file-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, '.env'), text)
  return mergeEnvFile(join(folder, '.env'), shell)
}

test.each([
  ['quotes, comments and export', '# own\nexport AUTH_TOKEN="web:a" # the token\nPORT=9123 # port\n'],
  ['Windows line endings', 'AUTH_TOKEN="web:a"\r\nPORT=9123\r\n'],
  ['a byte order mark', '\uFEFFAUTH_TOKEN=web:a\nPORT=9123\n'],
  ['a byte order mark before a comment', '\uFEFF# own\r\nAUTH_TOKEN=web:a\r\nPORT=9123\r\n'],
])('make run reads a .env with %s', (_, text) => {
  const merged = merge(text, { PATH: '/bin' })
  expect(merged?.env).toEqual({ AUTH_TOKEN: 'web:a', PORT: '9123', PATH: '/bin' })
})

test('make run prints which variables it read, and which the shell overrides', () => {
  const merged = merge('AUTH_TOKEN=of-file\nPORT=9123\nHOST=\n', { PORT: '9000' })
  expect(merged?.env).toEqual({ AUTH_TOKEN: 'of-file', PORT: '9000', HOST: '' })
  expect(merged && describeEnvFile(merged)).toBe('.env: AUTH_TOKEN; set by the shell instead: PORT')
})

test.each([
  ['a key without a name', 'AIzaCanary\nAUTH_TOKEN=a\n', 'the line before AUTH_TOKEN is not NAME=value'],
  ['a colon', 'AUTH_TOKEN: canary\nexport PORT=9123\n', 'the line before PORT is not NAME=value'],
  ['a variable with a hyphen', 'AUTH-TOKEN=canary\n', 'a line is not NAME=value'],
])('make run rejects a .env with %s, without printing the line', (_, text, message) => {
  expect(() => merge(text)).toThrow(new Error(`${message}, where NAME consists of letters, digits and _`))
})

test('make run also finds a server on the default HTTP port', async () => {
  const code = "const s = require('http').createServer().listen(0, '127.0.0.1', () => console.log(s.address().port))"
  const server = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void server.kill())
  const port = await new Promise<number>((resolve) => server.stdout.once('data', (text: Buffer) => resolve(Number(text))))
  expect(await waitForServer(server, '0.0.0.0', port)).toBe(true)
  expect(originOf('0.0.0.0', 80)).toBe('http://127.0.0.1:80')
})

test.each(['its token is the ADMIN_TOKEN', 'to use it, set ADMIN_TOKEN'])('make run prints for the console: %s', (consoleAccess) => {
  const running = { origin: 'http://127.0.0.1:9000', isLocal: false, authToken: undefined, geminiKeys: undefined, consoleAccess }
  expect(makeWelcome(running)).toContain(`Console   http://127.0.0.1:9000/console   (${consoleAccess})`)
})
