import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { REGIONS } from '../../../scripts/deploy/regions.js'
import { SETTINGS } from '../../../src/config/settings.js'
import { ROOT, read } from './markdown.js'

const PAGES = ['docs/deploy.md', 'docs/deploy.zh-CN.md'] as const
/** Variables of other programs: of clients and of Node.js. */
const FOREIGN = /^(OPENAI_\w+|BASE_URL|CUSTOM_MODELS|HOST|TARGET|TOKEN|REGION|PATH|ALIBABA_CLOUD_\w+)$/

describe.each(PAGES)('%s', (name) => {
  const page = read(name)

  test('lists every supported region, with the runtime that is tried first', () => {
    const rows = [...page.matchAll(/^\| `([a-z]+-[a-z]+-\d)` \|.*\| `(custom\.\w+)` \|$/gm)].map(([, region, runtime]) => [region, runtime])
    expect(rows).toEqual(Object.entries(REGIONS).map(([region, { runtime }]) => [region, runtime]))
  })

  test('names only variables that the code or a deployment file reads', () => {
    const named = [...page.matchAll(/\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b/g)].map(([, variable = '']) => variable)
    const deployed = ['s.yaml', 'scripts/deploy/s.domain.yaml', 'scripts/deploy/request.ts'].map(read).join('\n')
    const known = new Set<string>(Object.values(SETTINGS).flatMap(({ names }) => names))
    expect(named.filter((variable) => !FOREIGN.test(variable) && !known.has(variable) && !deployed.includes(`'${variable}'`))).toEqual([])
  })

  test('names only make targets that exist', () => {
    const makefile = readFileSync(join(ROOT, 'Makefile'), 'utf8')
    const targets = [...page.matchAll(/\bmake ([a-z-]+)\b/g)].map(([, target = '']) => target).filter((target) => target !== 'browsers')
    expect(targets).toContain('smoke')
    expect(targets.filter((target) => !new RegExp(`^${target}:`, 'm').test(makefile))).toEqual([])
  })
})

test('both pages have the same tables and commands', () => {
  const shapes = PAGES.map(read).map((page) => ({
    rows: page.split('\n').filter((line) => line.startsWith('|')).length,
    code: [...page.matchAll(/^(?:export|make|docker) \S+/gm)].map(([command]) => command),
  }))
  expect(shapes[0]).toEqual(shapes[1])
})
