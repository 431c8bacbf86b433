import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { ZH } from '../../../scripts/docs/zh.js'
import { loadConfig } from '../../../src/config/load.js'
import { SETTINGS, type Setting } from '../../../src/config/settings.js'
import { MISSING_ENDPOINTS } from '../../../src/http/dispatch/missingEndpoints.js'
import { ANSWER_REPAIRS } from '../../../src/upstream/answer/repairs/index.js'
import { REQUEST_REPAIRS } from '../../../src/upstream/request/repairs/order.js'
import { JSON_RULES } from '../../../src/upstream/request/schema/jsonRules.js'
import { KEYWORD_RULES, PART_RULES, SHAPE_RULES } from '../../../src/upstream/request/schema/rules.js'
import { manual, READMES, ROOT, read, rowsOf } from './markdown.js'

const settings = Object.values<Setting<unknown>>(SETTINGS)
const repairs = [...REQUEST_REPAIRS, ...ANSWER_REPAIRS, ...PART_RULES, ...SHAPE_RULES, ...KEYWORD_RULES, ...JSON_RULES]
const quoted = (text: string): string => `\`${text}\``

test('make generate changes neither a README nor .env.example', () => {
  const check = () =>
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/docs/docs.ts', '--check'], { cwd: ROOT, encoding: 'utf8' })
  expect(check).not.toThrow()
})

describe.each(READMES)('%s', (name) => {
  const readme = manual(name)

  test('has a row for each setting, with all its names, unit and default', () => {
    const rows = rowsOf(readme, 'config').map(([names, unit, fallback]) => [names, unit, fallback?.replaceAll('`', '')])
    const translateUnit = (unit = ''): string | undefined => (unit === '' || name === 'README.md' ? unit : ZH.terms[unit])
    const expected = settings.map(({ names, unit, defaultText }) => [
      names.map(quoted).join(', '),
      translateUnit(unit),
      defaultText || expect.any(String),
    ])
    expect(rows).toEqual(expected)
  })

  test('has a row with a reason for each repair, in order', () => {
    const rows = rowsOf(readme, 'repairs')
    expect(rows.map(([repair]) => repair)).toEqual(repairs.map((repair) => quoted(repair.name)))
    expect(rows.every(([, stage, reason]) => Boolean(stage && reason))).toBe(true)
  })

  test('has a row for each operation of the contract', () => {
    const { paths } = JSON.parse(read('generated/openapi.json')) as { paths: Record<string, object> }
    const requests = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(rowsOf(readme, 'operations').map(([request]) => request)).toEqual(requests.map(quoted))
  })

  test('has a row for each supported endpoint under /v1, and for each unsupported one', () => {
    const { paths } = JSON.parse(read('generated/openapi.json')) as { paths: Record<string, object> }
    const offered = Object.entries(paths).flatMap(([path, methods]) =>
      /^\/v1(?:beta)?\//.test(path) ? Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`) : [],
    )
    const rows = rowsOf(readme, 'endpoints')
    const [yes, no] = name === 'README.md' ? ['yes', 'no'] : [ZH.terms.yes, ZH.terms.no]
    expect(rows.flatMap(([, , path, isHere]) => (isHere === yes ? path : []))).toEqual(offered.map(quoted))
    expect(rows.flatMap(([, , path, isHere]) => (isHere === no ? path : []))).toEqual(
      MISSING_ENDPOINTS.map(({ paths: missing }) => missing.map(quoted).join(', ')),
    )
  })

  test('lists every error code of the contract', () => {
    const contract = read('generated/openapi.json')
    // The error codes are in `code` in OpenAI's error format, and in `error_code` in Anthropic's.
    const own = contract.matchAll(/"code": (?:"(\w+)"|null)\n\s+\}\n\s+\}/g)
    const examples = [...own, ...contract.matchAll(/"error_code": "(\w+)"/g)]
    const codes = new Set(examples.map(([, code]) => String(code ?? null)))
    expect(codes.size).toBeGreaterThan(20)
    expect(new Set(rowsOf(readme, 'errors').map(([, , code]) => code))).toEqual(new Set([...codes].map(quoted)))
  })
})

describe('the Chinese texts', () => {
  test('belong to existing settings, repairs and operations', () => {
    expect(new Set(Object.keys(ZH.settings))).toEqual(new Set(settings.map(({ names }) => names[0])))
    expect(new Set(Object.keys(ZH.repairs))).toEqual(new Set(repairs.map(({ name }) => name)))
    expect(Object.keys(ZH.repairOrder)).toEqual([...REQUEST_REPAIRS, ...ANSWER_REPAIRS].map(({ name }) => name))
    expect(Object.keys(ZH.endpoints)).toEqual(MISSING_ENDPOINTS.map(({ name }) => name))
    expect(Object.keys(ZH.instead)).toEqual(MISSING_ENDPOINTS.flatMap(({ name, instead }) => (instead === undefined ? [] : name)))
    expect(Object.keys(ZH.operations).sort()).toEqual(
      rowsOf(read('README.md'), 'operations')
        .map(([, link]) => /`(\w+)`/.exec(link ?? '')?.[1])
        .sort(),
    )
  })

  test.each(['settings', 'repairs', 'repairOrder', 'errors', 'operations', 'floors', 'instead'] as const)('are Chinese: %s', (kind) => {
    expect(Object.entries(ZH[kind]).filter(([, text]) => !/\p{Script=Han}/u.test(text))).toEqual([])
  })
})

describe('.env.example', () => {
  const lines = read('.env.example').split('\n')
  const assignments = lines.flatMap((line) => /^(?:# )?([A-Z_]+)=(.*)$/.exec(line)?.slice(1, 3) ?? [])
  const env = Object.fromEntries(assignments.flatMap((name, index) => (index % 2 === 0 ? [[name, assignments[index + 1]]] : [])))
  const shown = (values: Record<string, string | undefined>): unknown => JSON.parse(JSON.stringify(loadConfig(values)))

  test('names every setting once', () => {
    expect(Object.keys(env)).toEqual(settings.map(({ names }) => names[0]))
    expect(assignments).toHaveLength(2 * settings.length)
  })

  test('is the default configuration once the required values are set', () => {
    const required = Object.fromEntries(settings.flatMap(({ names, isRequired }) => (isRequired ? [[names[0], 'a-key']] : [])))
    expect(shown({ ...env, ...required })).toEqual(shown(required))
  })

  test('leaves only what is required uncommented', () => {
    expect(lines.filter((line) => /^[^#]/.test(line))).toEqual(['GEMINI_API_KEY='])
  })
})

test('spec/DECISIONS.md has one line for each runtime dependency, and no other', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
  const [, chapter = ''] = read('spec/DECISIONS.md').split('## Runtime dependencies\n')
  const lines = [...chapter.matchAll(/^- `(.+?)`: \S/gm)].map(([, name]) => name)
  expect(lines.sort()).toEqual(Object.keys(dependencies).sort())
})
