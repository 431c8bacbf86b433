import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { format, inspect } from 'node:util'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { ConfigError, loadConfig } from '../../../src/config/load.js'
import { Secret } from '../../../src/config/secret.js'

const VALUE = 'canary-of-the-secret'
const secret = new Secret(VALUE)

function collected(use: (sink: Writable) => void): string {
  let text = ''
  use(
    new Writable({
      write: (piece: Buffer, _encoding, done) => {
        text += piece.toString()
        done()
      },
    }),
  )
  return text
}

const PRINTERS: readonly (readonly [string, () => string])[] = [
  ['a template', () => `${secret}`],
  ['String', () => String(secret)],
  ['concatenation', () => 'token '.concat(String(secret))],
  ['a join', () => [secret, secret].join()],
  ['JSON', () => JSON.stringify({ deep: [secret] })],
  ['inspect', () => inspect(secret)],
  ['inspect with all options', () => inspect({ deep: [secret] }, { showHidden: true, depth: null, getters: true, customInspect: true })],
  ['format', () => format('%s %o %O %j', secret, secret, secret, secret)],
  ['console', () => collected((sink) => new Console(sink).log(secret, { secret }, [secret]))],
  ['pino', () => collected((sink) => pino({}, sink).info({ secret, list: [secret] }, 'hello %s', secret))],
  ['an error', () => inspect(new Error('with a cause', { cause: secret }))],
  ['the message of an error', () => new Error(`token ${secret}`).message],
]

describe('a secret', () => {
  test.each(PRINTERS)('is not revealed by %s', (_way, print) => {
    const text = print()
    expect(text).not.toContain(VALUE)
    expect(text).toContain('[redacted]')
  })

  test.each<[string, () => unknown]>([
    ['its keys', () => Reflect.ownKeys(secret)],
    ['its entries', () => Object.entries(secret)],
    ['a spread', () => ({ ...secret })],
    ['inspect without customInspect', () => inspect(secret, { customInspect: false, showHidden: true })],
  ])('cannot be found by %s', (_way, look) => {
    expect(inspect(look(), { depth: null })).not.toContain(VALUE)
  })

  test('is returned only by reveal()', () => {
    expect(secret.reveal()).toBe(VALUE)
  })

  test('is not revealed by a printed configuration', () => {
    const config = loadConfig({ GEMINI_API_KEY: VALUE, AUTH_TOKEN: `ann:${VALUE},${VALUE}2`, METRICS_TOKEN: VALUE })
    for (const text of [JSON.stringify(config), inspect(config, { depth: null, showHidden: true })]) {
      expect(text).not.toContain(VALUE)
      expect(text).toContain('[redacted]')
    }
  })

  test('is not revealed by configuration errors', () => {
    const env = { GEMINI_API_KEY: `${VALUE} with spaces`, AUTH_TOKEN: `${VALUE} x`, HTTPS_PROXY: `socks://u:${VALUE}@h`, PORT: VALUE }
    expect(() => loadConfig(env)).toThrow(ConfigError)
    try {
      loadConfig(env)
    } catch (error) {
      expect(inspect(error)).not.toContain(VALUE)
    }
  })
})
