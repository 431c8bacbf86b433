import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ROOT, read } from '../docs/markdown.js'
import { serveTraffic } from './traffic.js'

interface Rule {
  readonly alert: string
  readonly expr: string
}

interface Panel {
  readonly title: string
  readonly targets?: readonly { readonly expr: string }[]
}

const RULES = 'docs/alerts.yaml'
const UNIT_TESTS = 'test/suites/operating/alerts.promtool.yaml'
const rules = (parse(read(RULES)) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules)
const panels = (JSON.parse(read('docs/grafana-dashboard.json')) as { panels: Panel[] }).panels
/** The dashboard's expressions, with Grafana's variables replaced by values. */
const expressions = panels.flatMap(({ targets = [] }) =>
  targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$(instance|operation)/g, '.*')),
)
const folder = mkdtempSync(join(tmpdir(), 'promtool-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs promtool at the root of the repository. @returns its exit status with its output */
function promtool(args: readonly string[], input = ''): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: ROOT, input, encoding: 'utf8' })
  return { status, output: `${stdout}${stderr}` }
}

/** Checks expressions with promtool, which parses only rules: each becomes a recording rule. */
function checkExpressions(list: readonly string[]): { readonly status: number | null; readonly output: string } {
  const file = join(folder, 'expressions.yaml')
  const recorded = list.map((expr, index) => ({ record: `expression:${index}`, expr }))
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules: recorded }] }))
  return promtool(['check', 'rules', file])
}

describe('the alerting rules', () => {
  test('are valid', () => {
    expect(promtool(['check', 'rules', RULES])).toMatchObject({ status: 0, output: expect.stringContaining(`${rules.length} rules found`) })
  })

  test('pass their promtool unit tests', () => {
    expect(promtool(['test', 'rules', UNIT_TESTS])).toMatchObject({ status: 0, output: expect.stringContaining('SUCCESS') })
  })

  test.each(rules.map(({ alert }) => alert))('have unit tests in which %s fires and stays silent', (alert) => {
    const { tests } = parse(read(UNIT_TESTS)) as { tests: { alert_rule_test: { alertname: string; exp_alerts: object[] }[] }[] }
    const expected = tests.flatMap(({ alert_rule_test: each }) => each).filter(({ alertname }) => alertname === alert)
    expect(new Set(expected.map(({ exp_alerts: alerts }) => alerts.length > 0))).toEqual(new Set([true, false]))
  })
})

describe('the dashboard', () => {
  test('has an expression in each panel, and promtool parses all of them', () => {
    expect(panels.filter(({ targets }) => targets !== undefined).length).toBeGreaterThan(10)
    expect(checkExpressions(expressions)).toMatchObject({ status: 0, output: expect.stringContaining(`${expressions.length} rules found`) })
    expect(checkExpressions(['sum by (status (gemini_proxy_requests_total)']).status).not.toBe(0)
  })
})

describe('the metrics of a proxy that has served requests', () => {
  let metrics: string
  beforeAll(async () => {
    metrics = (await serveTraffic()).metrics
  })

  test('pass the checks of promtool, except the metrics that prom-client names itself', () => {
    const { output } = promtool(['check', 'metrics'], metrics)
    expect(output.split('\n').filter((line) => line !== '' && !/^(nodejs|process)_/.test(line))).toEqual([])
    expect(promtool(['check', 'metrics'], `${metrics}# TYPE gemini_proxy_wrong counter\ngemini_proxy_wrong 1\n`).output).toContain(
      'gemini_proxy_wrong',
    )
  })

  test('include every metric and label value that the rules and the dashboard use', () => {
    const served = new Set([...metrics.matchAll(/^([a-z]\w+)[{ ]/gm)].map(([, name = '']) => name))
    const named = [...rules.map(({ expr }) => expr), ...expressions].flatMap(
      (expr) => expr.match(/\b(?:gemini_proxy|nodejs|process)_\w+/g) ?? [],
    )
    // The proxy reports this metric only after it has refused connections; here it refused none.
    const missing = named.filter((name) => !served.has(name) && name !== 'gemini_proxy_connections_refused_total')
    expect(missing).toEqual([])
    expect(new Set(named).size).toBeGreaterThan(12)
  })
})
