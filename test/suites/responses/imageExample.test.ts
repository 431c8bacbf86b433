import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { exampleOf, inChinese, ROOT, read } from '../docs/markdown.js'
import { seePicture } from '../images/pictures.js'

const PAGE = 'docs/responses.md'

let proxy: ProxyUnderTest
let folder: string
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
  // The example can import packages only from a folder inside the repository.
  folder = mkdtempSync(`${ROOT}.cache/docs-`)
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await proxy?.close()
})

test.each([PAGE, inChinese(PAGE)])('the example of %s generates an image, and edits it', async (page) => {
  const script = exampleOf(read(page), 'responsesImage').replaceAll('http://127.0.0.1:9000', proxy.origin).replaceAll('my-token', TOKEN)
  writeFileSync(join(folder, 'example.mjs'), script)
  await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder, env: { PATH: process.env.PATH } })
  for (const index of [0, 1])
    expect(seePicture(readFileSync(join(folder, `lighthouse${index}.jpeg`), 'base64'))).toMatchObject({ format: 'jpeg', ratio: '3:2' })
})
