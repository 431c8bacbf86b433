import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { PLAIN } from '../../support/calls.js'
import { type ProxyUnderTest, startProxy } from '../../support/proxy.js'
import { envFor, runOnTerminal, type Step } from './cli.js'

let proxy: ProxyUnderTest
beforeAll(async () => {
  proxy = await startProxy(PLAIN)
})
afterEach(() => proxy.simulator.reset())
afterAll(() => proxy.close())

const talk = (steps: readonly Step[], args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
  runOnTerminal(['chat', ...args], steps, { ...envFor(proxy), ...env })

/** Returns the bodies of all requests to Gemini, as JSON. */
const sent = () => proxy.simulator.requests.map(({ body }) => JSON.stringify(body))

const PROMPT = '> [^>]*$'

describe('a conversation', () => {
  test('sends earlier messages again until it is cleared', async () => {
    proxy.simulator.next({ text: 'First answer.' }, { text: 'Second answer.' }, { text: 'Third answer.' })
    const { output, code, left } = await talk([
      [PROMPT, 'One\r'],
      [`First answer[\\s\\S]*${PROMPT}`, 'Two\r'],
      [`Second answer[\\s\\S]*${PROMPT}`, '/clear\r'],
      [`new conversation[\\s\\S]*${PROMPT}`, 'Three\r'],
      [`Third answer[\\s\\S]*${PROMPT}`, '\u0004'],
    ])
    expect({ code, left }).toEqual({ code: 0, left: [] })
    expect(output).toMatch(/→ \d+ tokens/)
    expect(sent()[1]).toMatch(/One.*First answer\..*Two/)
    expect(sent()[2]).not.toContain('One')
  })

  test('has commands', async () => {
    const { output, left } = await talk([
      [PROMPT, '/model gemini-3.5-flash\r'],
      [`Model: [\\s\\S]*${PROMPT}`, '/system Be brief.\r'],
      [`is set[\\s\\S]*${PROMPT}`, ' /etc is what?\r'],
      [`You said[\\s\\S]*${PROMPT}`, '/nonsense\r'],
      [`Unknown command[\\s\\S]*${PROMPT}`, '/help\r'],
      [`/quit[\\s\\S]*${PROMPT}`, '/quit\r'],
    ])
    expect(left).toEqual([])
    expect(output).toContain('Unknown command /nonsense')
    expect(sent()).toHaveLength(1)
    expect(sent()[0]).toMatch(/gemini-3\.5-flash.*Be brief\..*\/etc is what/)
  })

  test('handles lines typed ahead in order, and pasted text as one prompt', async () => {
    const { code } = await talk([[PROMPT, '\u001b[200~line one\rline two\u001b[201~\rNext\r/quit\r']])
    expect(code).toBe(0)
    expect(sent()).toHaveLength(2)
    expect(sent()[0]).toContain(String.raw`line one\nline two`)
    expect(sent()[1]).toContain('Next')
  })

  test('continues after an error', async () => {
    proxy.simulator.next({ error: 'unavailable' }, { text: 'Better.' })
    const { output, code } = await talk([
      [PROMPT, 'One\r'],
      [`overloaded[\\s\\S]*${PROMPT}`, 'Two\r'],
      [`Better[\\s\\S]*${PROMPT}`, '/quit\r'],
    ])
    expect(code).toBe(0)
    expect(output).toContain('The model is overloaded at Gemini')
    expect(sent()[1]).not.toContain('One')
  })

  test('cancels an answer at Ctrl-C, and exits at the second one', async () => {
    proxy.simulator.next({ text: 'one two', chunks: 2, hold: { afterChunks: 1 } })
    const { output, code, left } = await talk([
      [PROMPT, 'Count\r'],
      ['one', '\u0003'],
      [`cancelled[\\s\\S]*${PROMPT}`, '\u0003'],
    ])
    expect({ code, left }).toEqual({ code: 0, left: [] })
    expect(output).not.toContain('two')
    await expect.poll(() => proxy.logs.some(({ cancelled }) => cancelled === true)).toBe(true)
  })

  test('clears a typed line at Ctrl-C, and asks for a second Ctrl-C before it exits', async () => {
    const { output, code, left } = await talk([
      [PROMPT, 'typed'],
      ['typed', '\u0003Hello\r'],
      [`You said[\\s\\S]*${PROMPT}`, '\u0003'],
      [`again to quit[\\s\\S]*${PROMPT}`, '\u0003'],
    ])
    expect({ code, left }).toEqual({ code: 0, left: [] })
    expect(sent()).toEqual([expect.not.stringContaining('typed')])
    expect(output).toContain('You said: Hello')
  })

  test('is in Chinese with --lang zh', async () => {
    const { output } = await talk(
      [
        [PROMPT, '/help\r'],
        [`/quit[\\s\\S]*${PROMPT}`, '/quit\r'],
      ],
      ['--lang', 'zh'],
    )
    expect(output).toContain('开始新对话')
  })
})

describe('one answer on a terminal', () => {
  test('shows that it is waiting, and removes this message', async () => {
    proxy.simulator.next({ text: 'Done.', hold: 'before-headers' })
    const release = expect
      .poll(() => proxy.simulator.requests.length)
      .toBe(1)
      .then(() => proxy.simulator.release())
    const { output, code } = await talk([], ['Hello'])
    await release
    expect(code).toBe(0)
    expect(output).toMatch(/Waiting for gemini-3\.8-flash … \d+ s/)
    expect(output).toContain('\r\u001b[2KDone.\r\n')
  })

  test('cannot control the terminal', async () => {
    proxy.simulator.next({ text: 'a\u001b]0;title\u0007b\u009b2Jc\u202ed\r\n\tend', chunks: 3 })
    const { output } = await talk([], ['Hello'], { NO_COLOR: '1' })
    expect(output).toContain('a␛]0;title␇b\ufffd2Jc\ufffdd\r\n\tend')
  })

  test('is cancelled by Ctrl-C', async () => {
    proxy.simulator.next({ text: 'one two', chunks: 2, hold: { afterChunks: 1 } })
    expect(await talk([['one', '\u0003']], ['Hello'])).toMatchObject({ code: 130, left: [] })
  })
})
