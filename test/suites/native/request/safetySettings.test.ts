import { describe, expect, test } from 'vitest'
import { toSafetySettings } from '../../../../src/upstream/native/request/safetySettings.js'

const HARASSMENT = 'HARM_CATEGORY_HARASSMENT'
const HATE = 'HARM_CATEGORY_HATE_SPEECH'
const setting = (category: string, threshold: string): object => ({ category, threshold })

describe('safety settings of a request', () => {
  test.each<[string, unknown, readonly object[], readonly string[]]>([
    ['are completed by those of the operator', [setting(HATE, 'OFF')], [setting(HARASSMENT, 'BLOCK_NONE'), setting(HATE, 'OFF')], []],
    ['are those of the operator where there are none', null, [setting(HARASSMENT, 'BLOCK_NONE')], []],
    [
      'are sent once for each category, the last one: the others are named',
      [setting(HARASSMENT, 'OFF'), setting(HARASSMENT, 'BLOCK_LOW_AND_ABOVE')],
      [setting(HARASSMENT, 'BLOCK_LOW_AND_ABOVE')],
      ['extra_body.google.safety_settings[0]'],
    ],
    [
      'are sent without members that Gemini does not know: these are named',
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
