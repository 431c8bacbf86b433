import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makePageFiles } from '../../../src/stores/pageFiles.js'

test('concurrent first requests for a file share one copy of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'docs-'))
  try {
    const files = makePageFiles(folder)
    expect(await files.read('docs.js')).toBeUndefined()
    await writeFile(join(folder, 'docs.css'), 'a {}')
    const copies = await Promise.all(Array.from({ length: 50 }, () => files.read('docs.css')))
    expect(copies[0]?.etag).toBeTypeOf('string')
    expect(new Set(copies).size).toBe(1)
    expect(await files.read('docs.css')).toBe(copies[0])
  } finally {
    await rm(folder, { recursive: true })
  }
})
