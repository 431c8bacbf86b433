import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../../src/config/load.js'
import { warningsOf } from '../../../src/config/warnings.js'
import { eventually } from '../../support/calls.js'
import { startProxy } from '../../support/proxy.js'

const warned = (env: Record<string, string>) => warningsOf(loadConfig({ GEMINI_API_KEY: 'key', AUTH_TOKEN: 'a-token', ...env }))
const GOOGLE = 'https://generativelanguage.googleapis.com'
const SAFETY = /^SAFETY_SETTINGS has no effect on the compat API: set GEMINI_UPSTREAM=native/

describe('the warnings about the configuration', () => {
  test.each<[string, Record<string, string>]>([
    ['the defaults', {}],
    ["Google's address", { GEMINI_BASE_URL: `${GOOGLE}/v1beta/openai/` }],
    ["Google's address on the compat API", { GEMINI_BASE_URL: `${GOOGLE}/v1beta/openai/`, GEMINI_UPSTREAM: 'compat' }],
    ["Google's native address", { GEMINI_BASE_URL: `${GOOGLE}/v1beta`, GEMINI_UPSTREAM: 'native' }],
    ['a relay', { GEMINI_BASE_URL: 'https://relay.example/v1' }],
    ['safety settings', { SAFETY_SETTINGS: 'BLOCK_NONE' }],
  ])('are empty for %s', (_, env) => {
    expect(warned(env)).toEqual([])
  })

  test.each<[string, RegExp, Record<string, string>]>([
    ['no token', /^AUTH_TOKEN is not set/, { AUTH_TOKEN: '' }],
    ["Google's native address and the compat API", /^GEMINI_BASE_URL lacks/, { GEMINI_BASE_URL: `${GOOGLE}/v1beta` }],
    ["Google's host alone", /^GEMINI_BASE_URL lacks/, { GEMINI_BASE_URL: GOOGLE }],
    ["Google's host alone, native", /^GEMINI_BASE_URL lacks/, { GEMINI_BASE_URL: GOOGLE, GEMINI_UPSTREAM: 'native' }],
    ['safety settings on the compat API', SAFETY, { GEMINI_UPSTREAM: 'compat', SAFETY_SETTINGS: 'BLOCK_NONE' }],
  ])('mention %s', (_, warning, env) => {
    expect(warned(env)).toEqual([expect.stringMatching(warning)])
  })

  test('are logged at startup', async () => {
    const proxy = await startProxy({ GEMINI_UPSTREAM: 'compat', SAFETY_SETTINGS: 'BLOCK_NONE' })
    try {
      await eventually(() => expect(proxy.logs).toContainEqual(expect.objectContaining({ msg: expect.stringMatching(SAFETY) })))
    } finally {
      await proxy.close()
    }
  })
})
