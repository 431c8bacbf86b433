import { describe, expect, test } from 'vitest'
import { REGIONS } from '../../../scripts/deploy/regions.js'
import { read } from './markdown.js'

const PAGES = ['docs/deploy.md', 'docs/deploy.zh-CN.md'] as const

describe.each(PAGES)('%s', (name) => {
  const page = read(name)

  test('lists every supported region, with its first runtime', () => {
    const rows = [...page.matchAll(/^\| `([a-z]+-[a-z]+-\d)` \|.*\| `(custom\.\w+)` \|$/gm)].map(([, region, runtime]) => [region, runtime])
    expect(rows).toEqual(Object.entries(REGIONS).map(([region, { runtime }]) => [region, runtime]))
  })
})

test('both pages have the same tables and commands', () => {
  const shapes = PAGES.map(read).map((page) => ({
    rows: page.split('\n').filter((line) => line.startsWith('|')).length,
    code: [...page.matchAll(/^(?:export|make|docker) \S+/gm)].map(([command]) => command),
  }))
  expect(shapes[0]).toEqual(shapes[1])
})
