import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anchorOf, headingsOf, inChinese, LONGER, linksOf, proseOf, READMES, ROOT, read } from './markdown.js'

const DOCUMENTS = [...READMES, ...LONGER, ...LONGER.map(inChinese), 'SECURITY.md', 'CHANGELOG.md', 'spec/DECISIONS.md', 'test/README.md']

describe.each(DOCUMENTS)('%s', (name) => {
  const document = read(name)

  test('links only to files and headings that exist', () => {
    const broken = linksOf(document).filter((target) => !/^https?:/.test(target) && !resolves(name, target))
    expect(broken).toEqual([])
  })

  test("contains no path of a developer's machine", () => {
    expect(document).not.toMatch(/\/(?:work|home|root|tmp)\/|\.\.\/shared/)
  })
})

function resolves(from: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? from : relative(ROOT, join(ROOT, dirname(from), path))
  if (!existsSync(join(ROOT, file))) return false
  return anchor === undefined || headingsOf(read(file)).some(({ title }) => anchorOf(title) === decodeURIComponent(anchor))
}

describe.each(['README.md', ...LONGER])('%s and its Chinese translation', (name) => {
  const english = read(name)
  const chinese = read(inChinese(name))

  test('have the same headings in the same order', () => {
    const shape = (markdown: string) => headingsOf(markdown).map(({ level }) => level)
    expect(shape(chinese)).toEqual(shape(english))
    expect(shape(english).length).toBeGreaterThan(0)
  })

  test.each([
    [
      'links',
      (markdown: string) => linksOf(markdown).flatMap((target) => (/^README/.test(target) ? [] : [untranslated(name, markdown, target)])),
    ],
    ['generated tables', (markdown: string) => [...markdown.matchAll(/<!-- generated:(\w+) -->/g)].map(([, region]) => region)],
    ['examples', (markdown: string) => [...markdown.matchAll(/<!-- example:(\w+) -->/g)].map(([, example]) => example)],
    ['settings in the text', (markdown: string) => names(markdown, /\b[A-Z]{2,}_[A-Z_]{2,}\b/g)],
    ['headers', (markdown: string) => names(markdown, /x-[a-z]+(?:-[a-z]+)+/g)],
  ])('have the same %s', (_, of) => {
    expect(of(chinese)).toEqual(of(english))
    // The README has several links, tables and so on: fewer matches show that the pattern is wrong.
    if (name === 'README.md') expect(of(english).length).toBeGreaterThan(2)
  })
})

test('every document exists in both languages', () => {
  const files = readdirSync(`${ROOT}docs`).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []))
  expect(files.sort()).toEqual([...LONGER, ...LONGER.map(inChinese)].sort())
})

/**
 * Returns the lines of prose. Rows of tables are omitted: a new setting, operation or error must
 * not make the README fail the limit of its length.
 */
const linesOfProse = (markdown: string): string[] =>
  proseOf(markdown)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('|'))

test.each(READMES)('%s is short enough to be read', (name) => {
  const prose = linesOfProse(read(name))
  expect(prose.length).toBeGreaterThan(50)
  expect(prose.length).toBeLessThanOrEqual(180)
})

test('table rows and code blocks do not count as prose', () => {
  expect(linesOfProse('A line.\n\n| a | row |\n\n```sh\nmake test\n```\n')).toEqual(['A line.'])
})

/**
 * Makes links of translations comparable: replaces the path of a translated document by that of the
 * English one, and an anchor by the index of its heading.
 */
function untranslated(from: string, markdown: string, target: string): string {
  const [path = '', anchor] = target.split('#')
  const document = path === '' ? markdown : path.endsWith('.md') ? read(relative(ROOT, join(ROOT, dirname(from), path))) : ''
  const fragment =
    anchor === undefined ? '' : `#${headingsOf(document).findIndex(({ title }) => anchorOf(title) === decodeURIComponent(anchor))}`
  return `${path.replace(/\.zh-CN(?=\.\w+$)/, '')}${fragment}`
}

const names = (markdown: string, pattern: RegExp): string[] => [...new Set([...markdown.matchAll(pattern)].map(([name]) => name))].sort()
