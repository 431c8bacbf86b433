import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { measureStructure, type Structure } from '../../scripts/check/structure.js'

const folder = mkdtempSync(join(tmpdir(), 'structure-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const long = `export function long(): number {\n${'  // a line\n'.repeat(59)}  return 1\n}\n`
const FILES = {
  'src/one.ts': `import { inner } from './room/inner.js'\nexport const shared = inner\nexport const own = 1\n`,
  'src/room/inner.ts': `import type { shared } from '../one.js'\nexport const inner = 1\ntype Own = typeof shared\nexport const use = (own: Own) => own\n`,
  'src/other/leaf.ts': `import { own } from '../one.js'\n${long}export const short = () => own\n`,
  'src/other/twin.ts': `export interface shared {\n  // ${'x'.repeat(100)}\n  a: '// ${'y'.repeat(100)}'\n}\n`,
}

let found: Structure
beforeAll(() => {
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  found = measureStructure(join(folder, 'src'))
})

test('every file is counted with its lines', () => {
  expect(Object.fromEntries(found.files)).toEqual({
    'src/one.ts': 3,
    'src/room/inner.ts': 4,
    'src/other/leaf.ts': 64,
    'src/other/twin.ts': 4,
  })
})

test('a function of more than 60 lines is listed with its file and line', () => {
  expect(found.longFunctions).toEqual(['src/other/leaf.ts:2 long 62 lines'])
})

test('a top-level name that two files declare is listed, even if only types import it', () => {
  expect([...found.doubledNames]).toEqual([['shared', ['src/one.ts', 'src/other/twin.ts']]])
})

test('folders that import each other are a cycle, even a folder and its subfolder', () => {
  expect(found.folderCycles).toEqual([['src', 'src/room']])
})

test('a comment line beyond 100 columns is listed, and a long string is not', () => {
  expect(found.longComments).toEqual(['src/other/twin.ts:2 105 columns'])
})
