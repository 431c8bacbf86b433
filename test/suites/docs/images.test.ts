import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { startProxy, TOKEN } from '../../support/proxy.js'
import { seePicture } from '../images/pictures.js'
import { exampleOf, ROOT, read } from './markdown.js'

const execute = promisify(execFile)

/** Runs an example of a document in a new folder. @returns its output, and the folder */
async function run(document: string, name: string): Promise<{ readonly stdout: string; readonly folder: string }> {
  const proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
  mkdirSync(`${ROOT}.cache`, { recursive: true })
  // The folder is inside the repository, so that the example can import `openai`.
  const folder = mkdtempSync(`${ROOT}.cache/images-`)
  onTestFinished(async () => {
    rmSync(folder, { recursive: true, force: true })
    await proxy.close()
  })
  const code = exampleOf(read(document), name).replaceAll('http://127.0.0.1:9000', proxy.origin).replaceAll('my-token', TOKEN)
  writeFileSync(join(folder, 'example.mjs'), code)
  const { stdout } = await execute(process.execPath, ['example.mjs'], { cwd: folder, env: { PATH: process.env.PATH } })
  return { stdout, folder }
}

const PAGES = ['docs/images.md', 'docs/images.zh-CN.md']

test.each(PAGES)('the example of %s writes an image and an edited one', async (document) => {
  const { folder } = await run(document, 'images')
  const ratios = ['lighthouse.jpeg', 'night.jpeg'].map((name) => seePicture(readFileSync(join(folder, name)).toString('base64')).ratio)
  expect(ratios).toEqual(['3:2', '1:1'])
})

test.each(PAGES)('the example of %s edits an image over two turns', async (document) => {
  expect((await run(document, 'imageTurns')).stdout).toBe('data:image/jpeg;base64\n')
})
