import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'
import { exampleOf, READMES, ROOT, read } from './markdown.js'

const ADDRESS = 'http://127.0.0.1:9000'
const KEY = 'my-token'
const ANSWER = 'Hello there, 世界!'
const execute = promisify(execFile)
const env = { PATH: `${process.env.PATH}:${ROOT}test/suites/docs/bin` }

let proxy: ProxyUnderTest
let folder: string
beforeAll(async () => {
  proxy = await startProxy()
  mkdirSync(`${ROOT}.cache`, { recursive: true })
  // The examples run in a folder inside the repository: there they can import `openai`, as in a
  // project that has installed it.
  folder = mkdtempSync(`${ROOT}.cache/docs-`)
})
beforeEach(() => {
  proxy.simulator.reset()
  proxy.simulator.next({ text: ANSWER })
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await proxy.close()
})

/** An example as a reader would run it, with the test's address and key. */
function exampleFor(readme: string, name: string): string {
  const example = exampleOf(read(readme), name)
  expect(example).toContain(ADDRESS)
  expect(example).toContain(KEY)
  return example.replaceAll(ADDRESS, proxy.origin).replaceAll(KEY, TOKEN)
}

function save(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

describe.each(READMES)('the quickstart of %s', (readme) => {
  test('in JavaScript prints the streamed text', async () => {
    const { stdout } = await execute(process.execPath, [save('quickstart.mjs', exampleFor(readme, 'javascript'))], { env })
    expect(stdout).toBe(ANSWER)
  })

  test('in Python prints the text', async () => {
    const script = `${exampleFor(readme, 'python').replaceAll(/^/gm, '    ')}`
    const file = save(
      'quickstart.py',
      `import contextlib, io, json\nprinted = io.StringIO()\nwith contextlib.redirect_stdout(printed):\n${script}\nprint(json.dumps(printed.getvalue()))\n`,
    )
    expect(await runPython(relative(ROOT, file), {})).toBe(`${ANSWER}\n`)
  }, 180_000) // time limit in ms: the first run installs the Python SDK
})

test.each(['curl', `${ROOT}test/suites/docs/bin/curl`])('%s prints the answer of the first block', async (curl) => {
  const [, command = ''] = exampleFor('README.md', 'first').split(/^(?=curl)/m)
  const { stdout } = await execute('bash', ['-c', command.replace('curl', curl)], { env })
  expect(JSON.parse(stdout)).toMatchObject({ object: 'chat.completion', choices: [{ message: { content: ANSWER } }] })
})
