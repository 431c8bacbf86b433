import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { startProxy, TOKEN } from '../../support/proxy.js'
import { startFileServer } from '../repairs/media/fileServer.js'
import { PUBLIC } from '../repairs/media/pictureHost.js'
import { exampleOf, ROOT, read } from './markdown.js'

/** A PNG of one pixel. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const execute = promisify(execFile)

/**
 * Runs the example `vision` of a document in a folder with a `picture.png`. A local server acts as
 * the host of the image URL in the example. @returns the output, and the paths that the proxy
 * requested
 */
async function runExample(document: string): Promise<{ readonly stdout: string; readonly paths: readonly (string | undefined)[] }> {
  const example = exampleOf(read(document), 'vision')
  const { hostname } = new URL(/'(https:[^']+)'/.exec(example)?.[1] ?? '')
  const files = await startFileServer((_request, response) => response.writeHead(200).end(PNG), hostname)
  const media = { resolve: async () => [PUBLIC], connectTo: () => files.destination }
  const proxy = await startProxy({ FETCH_REMOTE_MEDIA: 'true' }, {}, { media })
  mkdirSync(`${ROOT}.cache`, { recursive: true })
  // The folder is inside the repository, so that the example can import `openai`.
  const folder = mkdtempSync(`${ROOT}.cache/vision-`)
  onTestFinished(async () => {
    rmSync(folder, { recursive: true, force: true })
    await proxy.close()
    await files.close()
  })
  writeFileSync(join(folder, 'picture.png'), PNG)
  writeFileSync(join(folder, 'vision.mjs'), example.replaceAll('http://127.0.0.1:9000', proxy.origin).replaceAll('my-token', TOKEN))
  const { stdout } = await execute(process.execPath, ['vision.mjs'], { cwd: folder, env: { PATH: process.env.PATH } })
  return { stdout, paths: files.seen.map(({ url }) => url) }
}

test.each(['docs/gemini.md', 'docs/gemini.zh-CN.md'])('the example of %s sends an image and an image URL', async (document) => {
  const { stdout, paths } = await runExample(document)
  const image = /an image \(image\/png, 1×1 pixels, \d+ bytes\)/.source
  expect(stdout).toMatch(new RegExp(`^You said: What is in these pictures\\? I received ${image}; ${image}\\.\\n$`))
  expect(paths).toHaveLength(1)
})
