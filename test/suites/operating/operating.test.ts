import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { chat, eventually, post } from '../../support/calls.js'
import { ROOT, read } from '../docs/markdown.js'
import { type Recorded, scrape, serveTraffic, startOperated } from './traffic.js'

const GUIDES = ['docs/operating.md', 'docs/operating.zh-CN.md'] as const
/**
 * Fields of a log line that RequestSummary does not have: those of pino, and the cause of a
 * failure.
 */
const OTHER_FIELDS = ['level', 'time', 'msg', 'cause']

let recorded: Recorded
beforeAll(async () => {
  recorded = await serveTraffic()
})

/** Returns the rows, each as its cells, of the table whose header line matches `header`. */
function rowsBelow(guide: string, header: RegExp): string[][] {
  const lines = guide.split('\n')
  const from = lines.findIndex((line) => header.test(line)) + 2
  const count = lines.slice(from).findIndex((line) => !line.startsWith('|'))
  return lines.slice(from, from + count).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const namesIn = (cell = ''): string[] => [...cell.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name)

/** The members of RequestSummary, in their order. */
function summaryFields(): string[] {
  const file = 'src/contract/requestSummary.ts'
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest)
  return source.statements.flatMap((statement) =>
    ts.isInterfaceDeclaration(statement) && statement.name.text === 'RequestSummary'
      ? statement.members.map((member) => (member.name !== undefined && ts.isIdentifier(member.name) ? member.name.text : ''))
      : [],
  )
}

const queriesIn = (guide: string): string[] => [...guide.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, query = '']) => query.trim())
const blocksIn = (guide: string): string[] => [...guide.matchAll(/^```[\s\S]*?^```$/gm)].map(([block]) => block)

describe.each(GUIDES)('%s', (name) => {
  const guide = read(name)

  test('has a row for each field of a log line', () => {
    expect(rowsBelow(guide, /^\| (Field|字段) \|/).flatMap(([cell]) => namesIn(cell))).toEqual(summaryFields())
  })

  test('has a row for each metric of the proxy, with its labels', () => {
    const listed = new Map(rowsBelow(guide, /^\| (Metric|指标) \|/).map(([metric, labels]) => [namesIn(metric)[0] ?? '', namesIn(labels)]))
    const served = [...recorded.metrics.matchAll(/^# TYPE (gemini_proxy_\w+) /gm)].map(([, metric = '']) => metric)
    expect([...listed.keys()].sort()).toEqual(served.sort())
    const labels = new Map<string, Set<string>>()
    for (const [, series = '', text = ''] of recorded.metrics.matchAll(/^(gemini_proxy_\w+?)(?:_bucket|_sum|_count)?\{(.*)\} /gm)) {
      const found = labels.get(series) ?? new Set()
      for (const [, label = ''] of text.matchAll(/(\w+)="/g)) if (label !== 'le') found.add(label)
      labels.set(series, found)
    }
    for (const [metric, found] of labels) expect([metric, [...found].sort()]).toEqual([metric, [...(listed.get(metric) ?? [])].sort()])
    expect(labels.size).toBeGreaterThan(8)
  })

  test('has a row for each alert', () => {
    const { groups } = parse(read('docs/alerts.yaml')) as { groups: { rules: { alert: string }[] }[] }
    const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert))
    expect(rowsBelow(guide, /^\| (Alert|告警) \|/).flatMap(([cell]) => namesIn(cell))).toEqual(alerts)
  })

  test('has the same queries and examples as the translated guide', () => {
    expect(blocksIn(guide)).toEqual(blocksIn(read(GUIDES[0])))
    expect(queriesIn(guide)).toHaveLength(5)
  })
})

test('documents every field of the log lines', () => {
  const known = new Set([...summaryFields(), ...OTHER_FIELDS])
  const fields = new Set(recorded.lines.flatMap((line) => Object.keys(line)))
  expect([...fields].filter((field) => !known.has(field))).toEqual([])
  expect(fields.size).toBeGreaterThan(20)
})

describe('the token metrics', () => {
  const tokensIn = (metrics: string): Map<string, number> =>
    new Map(
      [...metrics.matchAll(/^gemini_proxy_tokens_total\{caller="(.*)",model="(.*)",kind="(\w+)"\} (\d+)$/gm)].map(([, ...labels]) => [
        labels.slice(0, 3).join(' '),
        Number(labels[3]),
      ]),
    )

  test('equal the sums of the log, labelled with the name or the hash of the token', () => {
    const tokens = tokensIn(recorded.metrics)
    const sumOf = (field: string): number =>
      recorded.lines.filter(({ caller }) => caller === 'web').reduce((total, line) => total + Number(line[field] ?? 0), 0)
    expect(tokens.get('web gemini-2.5-flash prompt')).toBe(sumOf('promptTokens'))
    expect(tokens.get('web gemini-2.5-flash completion')).toBe(sumOf('completionTokens'))
    expect(tokens.get('web gemini-2.5-flash reasoning')).toBe(sumOf('reasoningTokens'))
    const callers = new Set([...tokens.keys()].map((key) => key.split(' ')[0]))
    expect(callers).toEqual(new Set(['web', expect.stringMatching(/^k_[0-9a-f]{8}$/)]))
  })

  test('use the caller `anonymous` without tokens, and the model `other` for unlisted models', async () => {
    const proxy = await startOperated({ AUTH_TOKEN: '' })
    try {
      for (const model of ['gemini-9-unlisted', 'gemini-9-another']) {
        proxy.simulator.settings.models = { [model]: 'alive' }
        const response = await post(proxy, chat({ text: 'Hello' }, { model }))
        expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('Hello')])
      }
      await eventually(async () => expect([...tokensIn(await scrape(proxy)).keys()]).toContain('anonymous other prompt'))
      expect(await scrape(proxy)).not.toContain('gemini-9')
    } finally {
      await proxy.close()
    }
  })
})

describe('the queries for SLS', () => {
  const queries = queriesIn(read(GUIDES[0]))

  test('use only fields of log lines', () => {
    const fields = queries.flatMap((query) =>
      [...query.matchAll(/json_extract_scalar\(message, '\$\.(\w+)'\)/g)].map(([, field = '']) => field),
    )
    const known = new Set([...summaryFields(), ...OTHER_FIELDS])
    expect(fields.length).toBeGreaterThan(25)
    expect(fields.filter((field) => !known.has(field))).toEqual([])
  })

  test('return the correct figures for a real log', () => {
    const analytic = queries.map((query) => {
      const [search = '', ...rest] = query.split('|')
      expect(search.trim()).toBe('__topic__: "FCLogs:gemini-proxy"')
      return rest.join('|')
    })
    // The guide searches for requests of more than 30 s; the test has none, so it lowers the limit.
    const runnable = analytic.map((query) => query.replace('durationMs > 30000', 'durationMs > 0'))
    const lines = [...recorded.lines.map((line) => JSON.stringify(line)), 'FC Invoke Start RequestId: 1-2', '{"cut": ', '"text"']
    const { stdout, stderr } = spawnSync('python3', [fileURLToPath(new URL('sls.py', import.meta.url))], {
      input: JSON.stringify({ queries: runnable, lines }),
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    const [usage = [], errors = [], slow = [], first = [], retries = []] = JSON.parse(stdout) as Record<string, unknown>[][]
    const sum = (field: string, where: (line: Recorded['lines'][number]) => boolean): number =>
      recorded.lines.filter(where).reduce((total, line) => total + Number(line[field] ?? 0), 0)
    const ofWeb = (line: Recorded['lines'][number]): boolean => line.caller === 'web' && line.model === 'gemini-2.5-flash'
    expect(usage).toContainEqual({
      caller: 'web',
      model: 'gemini-2.5-flash',
      requests: recorded.lines.filter(ofWeb).length,
      prompt: sum('promptTokens', ofWeb),
      completion: sum('completionTokens', ofWeb),
      reasoning: sum('reasoningTokens', ofWeb),
      cached: sum('cachedTokens', ofWeb),
    })
    expect(sum('completionTokens', ofWeb)).toBeGreaterThan(0)
    expect(errors).toContainEqual(
      expect.objectContaining({ code: 'integer_above_max_value', status: '400', param: 'temperature', requests: 1 }),
    )
    expect(errors).toContainEqual(expect.objectContaining({ code: 'model_not_found', model: 'gpt-9' }))
    expect(errors).toContainEqual(expect.objectContaining({ code: 'invalid_api_key', status: '401', caller: null }))
    const durations = slow.map(({ durationMs }) => Number(durationMs))
    expect(durations).toHaveLength(recorded.lines.length)
    expect(durations).toEqual([...durations].sort((one, another) => another - one))
    const streams = recorded.lines.filter(({ firstByteMs }) => firstByteMs !== undefined)
    expect(first.reduce((total, row) => total + Number(row.streams), 0)).toBe(streams.length)
    expect(retries.reduce((total, row) => total + Number(row.retries), 0)).toBe(sum('repeats', () => true))
    expect(sum('repeats', () => true)).toBeGreaterThan(0)
  })
})

test('the dashboard has the types of @grafana/schema', () => {
  const dashboard = `import type { Dashboard } from '@grafana/schema'\nexport const dashboard: Dashboard = ${read('docs/grafana-dashboard.json')}`
  expect(typeErrors(dashboard)).toEqual([])
  expect(typeErrors(dashboard.replace('"gridPos"', '"gridPosition"'))).not.toEqual([])
})

/**
 * Type-checks a text as if it were a TypeScript file at the root of the repository. @returns the
 * error messages
 */
function typeErrors(text: string): string[] {
  const file = `${ROOT}dashboard.ts`
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : getSourceFile.call(host, name, ...rest)
  host.fileExists = (name) => name === file || fileExists.call(host, name)
  host.readFile = (name) => (name === file ? text : readFile.call(host, name))
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host))
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}
