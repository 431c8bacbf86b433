import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { interpreterOf } from '../../support/python.js'
import { exampleOf, ROOT, read } from '../docs/markdown.js'
import { sentParts } from './asking.js'

const execute = promisify(execFile)

let proxy: ProxyUnderTest
let folder: string
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
  folder = mkdtempSync(join(tmpdir(), 'files-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await proxy.close()
})

describe.each(['docs/files.md', 'docs/files.zh-CN.md'])('%s', (document) => {
  const exampleFor = (name: string): string =>
    exampleOf(read(document), name).replaceAll('http://127.0.0.1:9000', proxy.origin).replaceAll('my-token', TOKEN)

  test('has a working example for a part of a video', async () => {
    const env = { PATH: `${ROOT}test/suites/docs/bin:${process.env.PATH}` }
    const { stdout } = await execute('bash', ['-c', exampleFor('videoLink')], { env })
    expect(JSON.parse(stdout)).toMatchObject({ choices: [{ finish_reason: 'stop' }] })
    expect(sentParts(proxy)).toContainEqual({
      fileData: { mimeType: 'video/mp4', fileUri: 'https://www.youtube.com/watch?v=jNQXAC9IVRw' },
      videoMetadata: { startOffset: '2s', endOffset: '10s' },
    })
  })

  test('has a working example of an upload and a question about the file', async () => {
    writeFileSync(join(folder, 'report.pdf'), '%PDF-1.7\n')
    writeFileSync(join(folder, 'upload.py'), exampleFor('uploadedFile'))
    const python = await interpreterOf('test/suites/sdk/python/requirements.txt')
    const { stdout } = await execute(python, ['upload.py'], { cwd: folder, env: { PATH: process.env.PATH, PYTHONUTF8: '1' } })
    expect(stdout).not.toBe('')
    expect(sentParts(proxy)).toContainEqual({ fileData: { mimeType: 'application/pdf', fileUri: expect.any(String) } })
  })
})
