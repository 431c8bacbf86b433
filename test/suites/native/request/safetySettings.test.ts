import { describe, expect, test } from 'vitest'
import { toSafetySettings } from '../../../../src/upstream/native/request/safetySettings.js'

const HARASSMENT = 'HARM_CATEGORY_HARASSMENT'
const HATE = 'HARM_CATEGORY_HATE_SPEECH'
const setting = (category: string, threshold: string): object => ({ category, threshold })

describe('safety settings of a request', () => {
  test.each<[string, unknown, readonly object[], readonly string[]]>([
    ['are completed with those of the operator', [setting(HATE, 'OFF')], [setting(HARASSMENT, 'BLOCK_NONE'), setting(HATE, 'OFF')], []],
    ['default to those of the operator', null, [setting(HARASSMENT, 'BLOCK_NONE')], []],
    [
      'keep the last entry of each category; the others are listed as ignored',
      [setting(HARASSMENT, 'OFF'), setting(HARASSMENT, 'BLOCK_LOW_AND_ABOVE')],
      [setting(HARASSMENT, 'BLOCK_LOW_AND_ABOVE')],
      ['extra_body.google.safety_settings[0]'],
    ],
    [
      'lose members that Gemini does not define, which are listed as ignored',
      [{ ...setting(HARASSMENT, 'OFF'), method: 'SEVERITY' }],
      [setting(HARASSMENT, 'OFF')],
      ['extra_body.google.safety_settings[0].method'],
    ],
  ])('%s', (_, own, sent, ignored) => {
    const named: string[] = []
    expect(toSafetySettings(own, [setting(HARASSMENT, 'BLOCK_NONE')], (path) => named.push(path))).toEqual(sent)
    expect(named).toEqual(ignored)
  })
})
