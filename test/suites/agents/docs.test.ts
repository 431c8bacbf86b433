import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'
import { exampleOf, ROOT, read } from '../docs/markdown.js'
import { openCodex } from './codex.js'

/** The simulator's answer after the tool has returned its result. */
const ANSWER = 'According to get_weather: Oslo: sunny.'
const execute = promisify(execFile)

let proxy: ProxyUnderTest
let folder: string
beforeAll(async () => {
  proxy = await startProxy()
  // The folder is inside the repository, so that examples in it can import the installed packages.
  folder = mkdtempSync(`${ROOT}.cache/docs-`)
})
beforeEach(() => proxy.simulator.reset())
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await proxy.close()
})

function save(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

/** Expects that the loop sent two requests, the second one with the output of the tool. */
function expectLoop(): void {
  const { requests } = proxy.simulator
  expect(requests.map(({ status }) => status)).toEqual([200, 200])
  expect(JSON.stringify(requests[1]?.body)).toContain('Oslo: sunny')
}

describe('the examples of docs/agents.md', () => {
  const example = (title: string) =>
    exampleOf(read('docs/agents.md'), title).replaceAll('http://127.0.0.1:9000', proxy.origin).replaceAll('my-token', TOKEN)

  test.each(['agentsJavascript', 'aiSdk', 'langchain'])('%s answers with a tool call', async (title) => {
    const { stdout } = await execute(process.execPath, [save(`${title}.mjs`, example(title))], { env: { PATH: process.env.PATH } })
    expect(stdout).toBe(`${ANSWER}\n`)
    expectLoop()
  })

  test('agentsPython answers with a tool call', async () => {
    const script = example('agentsPython').replaceAll(/^(?=.)/gm, '    ')
    const file = save(
      'example.py',
      `import contextlib, io, json\nprinted = io.StringIO()\nwith contextlib.redirect_stdout(printed):\n${script}\nprint(json.dumps(printed.getvalue()))\n`,
    )
    expect(await runPython(relative(ROOT, file), {}, 'test/suites/agents/requirements.txt')).toBe(`${ANSWER}\n`)
    expectLoop()
  }, 180_000) // the first run installs the packages

  const openWorkspace = () => {
    const workspace = openCodex(example('codex'), Number(new URL(proxy.origin).port))
    onTestFinished(() => workspace.close())
    return workspace
  }

  test('codex answers without a tool call if none is needed', async () => {
    const run = openWorkspace().run('Say hello.')
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect(run.events().filter(({ type }) => type === 'item.completed')).toContainEqual(
      expect.objectContaining({ item: expect.objectContaining({ type: 'agent_message', text: 'You said: Say hello.' }) }),
    )
  }, 240_000)

  test('codexExec runs a command and answers with its output', async () => {
    const [, prompt = ''] = /codex exec '(.+)'/.exec(example('codexExec')) ?? []
    const run = openWorkspace().run(prompt)
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    const items = run.events().flatMap(({ type, item }) => (type === 'item.completed' && item !== undefined ? [item] : []))
    expect(items).toContainEqual(expect.objectContaining({ type: 'command_execution', aggregated_output: 'It works\n' }))
    expect(items.at(-1)).toMatchObject({ type: 'agent_message', text: expect.stringMatching(/According to exec_command.*It works/s) })
  }, 240_000)
})

test('the Chinese translation has the same examples except for their comments', () => {
  const titles = ['codex', 'codexExec', 'agentsJavascript', 'agentsPython', 'aiSdk', 'langchain']
  const plain = (name: string) => titles.map((title) => exampleOf(read(name), title).replaceAll(/ *(?:\/\/|#) .*$/gm, ''))
  expect(plain('docs/agents.zh-CN.md')).toEqual(plain('docs/agents.md'))
})
