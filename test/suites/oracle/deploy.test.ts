import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { VARIANTS } from '../../../scripts/deploy/lint.js'
import { resolveTemplate } from '../../../scripts/deploy/preview.js'
import { requireShared } from './shared.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const shared = requireShared('facts/fc3-schema.json')

/** Compiles the schema with which a component of Serverless Devs validates its input. */
const official = (name: string) =>
  new Ajv({ allErrors: true, strict: false }).compile(JSON.parse(readFileSync(join(shared, 'facts', name), 'utf8')) as object)

const isFunction = official('fc3-schema.json')
const isDomain = official('fc3-domain-schema.json')

describe('the official schemas of Serverless Devs', () => {
  test.each(Object.keys(VARIANTS))('accept s.yaml: %s', async (name) => {
    const { resources } = await resolveTemplate(VARIANTS[name])
    isFunction(resources.gemini_proxy?.props)
    expect(isFunction.errors ?? []).toEqual([])
  })

  test('accept scripts/deploy/s.domain.yaml', async () => {
    const { resources } = await resolveTemplate(VARIANTS['custom domain'], join(ROOT, 'scripts/deploy/s.domain.yaml'))
    isDomain(resources.gemini_proxy_domain?.props)
    expect(isDomain.errors ?? []).toEqual([])
  })

  test('refuse known invalid files', async () => {
    const { resources } = await resolveTemplate()
    expect(isFunction({ ...resources.gemini_proxy?.props, timeout: '600' })).toBe(false)
    expect(isDomain({ region: 'ap-northeast-1' })).toBe(false)
  })
})
