import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../doubles/simulator/index.js'
import { startBundle } from '../../support/bundle.js'
import { TOKEN } from '../../support/proxy.js'
import { runCli } from './cli.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'usage-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Makes a log line of a request with one million prompt tokens, which cost $0.75. */
const line = (part: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    level: 'info',
    time: '2026-11-28T10:00:00.000Z',
    requestId: 'req_1',
    method: 'POST',
    operation: 'createChatCompletion',
    caller: 'web',
    model: 'gemini-3.8-flash',
    stream: false,
    attempts: 1,
    status: 200,
    durationMs: 12.5,
    promptTokens: 1_000_000,
    completionTokens: 0,
    reasoningTokens: 0,
    cachedTokens: 0,
    cancelled: false,
    msg: 'answered',
    ...part,
  })

const logOf = (...lines: readonly string[]): string => `${lines.join('\n')}\n`

async function sum(log: string | Buffer, ...args: string[]) {
  const { code, out, err } = await runCli(['usage', '--json', ...args], { input: log, env: { TZ: 'UTC' } })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out)
}

describe('the log of a server', () => {
  let simulator: Simulator
  let log: string
  beforeAll(async () => {
    simulator = await startSimulator()
    const env = { GEMINI_API_KEY: 'k', GEMINI_BASE_URL: simulator.baseUrl, AUTH_TOKEN: `web:${TOKEN},batch:other-1` }
    const server = await startBundle(env)
    const ask = async (token: string, path: string, body: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      await (await fetch(`${server.address}/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).text()
    }
    const prompt = { model: 'gemini-3.8-flash', messages: [{ role: 'user', content: 'Hello' }] }
    await ask(TOKEN, '/chat/completions', prompt)
    await ask(TOKEN, '/chat/completions', { ...prompt, stream: true })
    await ask(TOKEN, '/responses', { model: 'gemini-2.0-flash', input: 'Hello' })
    await ask('other-1', '/chat/completions', { ...prompt, model: 'no-such-model' })
    await ask('other-1', '/embeddings', { model: 'gemini-embedding-001', input: 'Hello' })
    await fetch(`${server.address}/health`)
    await server.stop()
    log = server.output()
  })
  afterAll(() => simulator.close())

  test('is summed by caller and model, with costs', async () => {
    const report = await sum(log)
    const lines = log
      .split('\n')
      .filter((each) => each.startsWith('{'))
      .map((each) => JSON.parse(each))
    const chats = lines.filter(({ operation, model }) => operation === 'createChatCompletion' && model === 'gemini-3.8-flash')
    const total = (name: string): number => chats.reduce((count, each) => count + (each[name] ?? 0), 0)
    expect(chats).toHaveLength(2)
    const row = report.rows.find(({ caller, model }: Record<string, string>) => caller === 'web' && model === 'gemini-3.8-flash')
    // The row includes a request of this caller for a retired model, which this model served.
    const replaced = lines.find(({ operation }) => operation === 'createResponse')
    expect(row).toMatchObject({
      requests: 3,
      errors: 0,
      prompt_tokens: total('promptTokens') + replaced.promptTokens,
      completion_tokens: total('completionTokens') + replaced.completionTokens,
      reasoning_tokens: total('reasoningTokens') + (replaced.reasoningTokens ?? 0),
      is_lower_bound: false,
    })
    expect(row.cost).toBeCloseTo((row.prompt_tokens * 0.75 + row.completion_tokens * 3.75) / 1e6, 9)
    expect(report.rows).toContainEqual(expect.objectContaining({ caller: 'batch', model: 'other', requests: 1, errors: 1, cost: null }))
    expect(report).toMatchObject({ other_requests: 1, currency: 'USD', total: { requests: 5, errors: 1 } })
  })

  test('is shown as a table that ends in a total', async () => {
    const { out } = await runCli(['usage'], { input: log })
    expect(out).toMatch(/^CALLER +MODEL +REQUESTS +ERRORS +PROMPT +CACHED +COMPLETION +REASONING +COST\n/)
    expect(out).toMatch(/^web +gemini-3\.8-flash +3 +0 .*\$0\.\d{4}$/m)
    expect(out).toMatch(/^total +5 +1 /m)
    expect(out).toContain('list prices of 20')
    expect((await runCli(['usage', '--lang', 'zh'], { input: log })).out).toMatch(/^合计 /m)
  })
})

describe('a line of a log', () => {
  const wrapped = {
    'as an export of SLS': JSON.stringify({ __topic__: 'FCLogs:proxy', __time__: '1795860000', content: line() }),
    'as Function Compute stores it': JSON.stringify({ __time__: '1795860000', functionName: 'proxy', message: `${line()}\n` }),
    'as Docker stores it': JSON.stringify({ log: `${line()}\n`, stream: 'stdout', time: '2026-11-28T10:00:00Z' }),
    'after a prefix': `2026-11-28T10:00:00Z stdout F ${line()}`,
    'with texts for values': JSON.stringify(
      Object.fromEntries(Object.entries(JSON.parse(line())).map(([name, value]) => [name, String(value)])),
    ),
    'wrapped twice': JSON.stringify({ content: JSON.stringify({ message: line() }) }),
    'with CRLF': `${line()}\r`,
  }

  test.each(Object.entries(wrapped))('%s is read', async (_how, text) => {
    expect(await sum(logOf(text))).toMatchObject({ total: { requests: 1, prompt_tokens: 1_000_000, cost: 0.75 }, ignored_lines: 0 })
  })

  test.each([
    ['something else', 'npm warn something {'],
    ['an object', '{"level":"info","msg":"listening"}'],
    ['wrapped JSON of something else', '{"content":"{\\"a\\":1}","message":{"b":2}}'],
    ['an array', '[1,2]'],
    ['binary', '\u0000\ufffd{\u0001'],
    ['not finished', line().slice(0, -5)],
    ['far too long', `{"msg":"${'x'.repeat(3_000_000)}"}`],
  ])('that is %s is ignored and counted', async (_what, text) => {
    expect(await sum(logOf(line(), text, line()))).toMatchObject({ total: { requests: 2 }, ignored_lines: 1 })
  })

  test('with an invalid token count counts as uncounted', async () => {
    const report = await sum(logOf(line({ promptTokens: -5, completionTokens: 'many' })))
    expect(report.total).toMatchObject({ prompt_tokens: 0, completion_tokens: 0, cost: null, uncounted_requests: 1 })
  })

  test('may lack its line end if it is the last one', async () => {
    expect((await sum(logOf(line()) + line())).total.requests).toBe(2)
  })
})

describe('costs', () => {
  test('of a model without a price are unknown, and the total is marked as a lower bound', async () => {
    const log = logOf(line(), line({ model: 'gemini-9' }), line({ model: 'gemini-8', caller: 'batch' }))
    const { out } = await runCli(['usage'], { input: log })
    expect(out).toMatch(/^web +gemini-9 .* unknown$/m)
    expect(out).toMatch(/^total .* ≥ \$0\.7500$/m)
    expect(out).toContain('≥: 2 models without a price: gemini-8, gemini-9.')
    expect((await sum(log)).total).toMatchObject({ cost: 0.75, is_lower_bound: true, unpriced_requests: 2 })
  })

  test('have an unknown total, not 0, if no model has a price', async () => {
    const { out } = await runCli(['usage'], { input: logOf(line({ model: 'gemini-9' })) })
    expect(out).toMatch(/^total .* unknown$/m)
    expect(out).not.toContain('$0')
  })

  test('use the prices at the time of the request', async () => {
    expect((await sum(logOf(line({ time: '2027-01-02T00:00:00Z' })))).total.cost).toBe(1.5)
  })

  test('do not include retries, which are counted separately', async () => {
    const log = logOf(line({ attempts: 3, repeats: 2 }))
    expect((await sum(log)).total).toMatchObject({ attempts: 3, retries: 2, cost: 0.75 })
    expect((await runCli(['usage'], { input: log })).out).toContain('2 repeated attempts are not included')
  })

  test('of a generation that continued after the client disconnected are taken from its second log line', async () => {
    const left = line({ status: 499, cancelled: true, promptTokens: undefined, completionTokens: undefined })
    const report = await sum(logOf(left, line({ background: true })))
    expect(report.total).toMatchObject({ requests: 1, prompt_tokens: 1_000_000, cost: 0.75, is_lower_bound: false })
  })
})

describe('options', () => {
  const log = logOf(
    line({ time: '2026-11-26T10:00:00Z', caller: 'a' }),
    line({ time: '2026-11-27T10:00:00Z', caller: 'b' }),
    line({ time: '2026-11-28T10:00:00Z', caller: 'a' }),
  )
  const callers = async (...args: string[]) => (await sum(log, ...args)).rows.map(({ caller }: { caller: string }) => caller).sort()

  test('--since and --until select days, both included, or points in time', async () => {
    expect(await callers('--since', '2026-11-27', '--until', '2026-11-27')).toEqual(['b'])
    expect(await callers('--until', '2026-11-26T10:00:01Z')).toEqual(['a'])
    expect((await sum(log, '--since', '2026-11-28')).total.requests).toBe(1)
    expect(await sum(log, '--since', '1m')).toMatchObject({ rows: [], requests_outside: 3 })
  })

  test('--by chooses the columns', async () => {
    expect((await sum(log, '--by', 'caller')).rows.map(({ caller, requests }: Record<string, unknown>) => [caller, requests])).toEqual([
      ['a', 2],
      ['b', 1],
    ])
    const days = (await sum(log, '--by', 'day')).rows
    expect(days.map(({ day }: { day: string }) => day)).toEqual(['2026-11-26', '2026-11-27', '2026-11-28'])
    expect(days[0]).not.toHaveProperty('caller')
  })

  test('days follow the time zone', async () => {
    const late = logOf(line({ time: '2026-11-27T20:00:00Z' }))
    const { out } = await runCli(['usage', '--csv', '--by', 'day'], { input: late, env: { TZ: 'Asia/Shanghai' } })
    expect(out).toMatch(/^2026-11-28,1,/m)
  })

  test('--csv prints a table for spreadsheets, in which no cell is a formula', async () => {
    const formulas = [' =1+1', '\t=1', '|calc', '%0', '\uff1d1+1', ';=1', '"=1', '-2+3', '@SUM(1)', '+1']
    const names = ['plain', 'with "quotes", comma', '=HYPERLINK("x")', '-', ...formulas]
    const { out } = await runCli(['usage', '--csv'], { input: logOf(...names.map((caller) => line({ caller, model: 'gemini-9' }))) })
    const [titles, ...rows] = out.trimEnd().split('\r\n')
    expect(titles).toMatch(/^caller,model,requests,.*,cost,is_lower_bound,/)
    expect(rows).toContainEqual(expect.stringMatching(/^plain,gemini-9,1,0,1,0,1000000,0,0,0,unknown,true,1,0$/))
    expect(out).toContain('"with ""quotes"", comma",gemini-9')
    expect(out).toContain(`"'=HYPERLINK(""x"")",gemini-9`)
    expect(out).toContain('\r\n-,gemini-9')
    for (const row of rows) expect(row).not.toMatch(/^"?[\s",;]*(?:[=+@|%\uff1d]|-[^,])/)
  })
})

test('make usage summarizes its input, and prints nothing else', () => {
  const env = { PATH: process.env.PATH, BY: 'caller' }
  const file = join(folder, 'server.log')
  writeFileSync(file, logOf(line()))
  const input = openSync(file, 'r')
  const { status, stdout, stderr } = spawnSync('make', ['usage'], { cwd: ROOT, stdio: [input, 'pipe', 'pipe'], encoding: 'utf8', env })
  closeSync(input)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^CALLER +REQUESTS /)
  expect(stdout).toMatch(/^web +1 .*\$0\.7500$/m)
})

describe('log files', () => {
  test('are summed together, including compressed ones', async () => {
    const [plain, packed] = [join(folder, 'a.log'), join(folder, 'b.log.gz')]
    writeFileSync(plain, logOf(line()))
    writeFileSync(packed, gzipSync(logOf(line(), line())))
    expect((await sum(logOf(line()), plain, packed, '-')).total.requests).toBe(4)
  })

  test.each([
    ['that do not exist', 'missing.log', 'ENOENT'],
    ['that are not files', '.', 'EISDIR'],
    ['that are damaged', 'damaged.gz', 'Z_DATA_ERROR'],
    ['that are cut off', 'cut.gz', 'Z_BUF_ERROR'],
  ])('%s are reported with the reason', async (_what, name, reason) => {
    writeFileSync(join(folder, 'damaged.gz'), 'not compressed')
    writeFileSync(join(folder, 'cut.gz'), gzipSync(logOf(line())).subarray(0, -20))
    const { code, out, err } = await runCli(['usage', name], { cwd: folder })
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(`${name} cannot be read (${reason})`)
  })

  test('without requests are reported as such', async () => {
    expect((await runCli(['usage'], { input: '' })).out).toContain('No requests to models were found.')
    expect((await runCli(['usage'], { input: '12:04:11 POST /v1/chat/completions\n' })).out).toContain('1 other lines were ignored')
  })

  test('of any size, with any number of callers, need little memory', async () => {
    const piece = logOf(...Array.from({ length: 2_000 }, (_, number) => line({ caller: `c${number}`, model: `m${number}` })))
    const file = join(folder, 'large.log')
    writeFileSync(file, piece.repeat(20) + 'x'.repeat(20_000_000))
    const { code, out } = await runCli(['usage', '--json', file], { env: { NODE_OPTIONS: '--max-old-space-size=40' } })
    expect(code).toBe(0)
    const report = JSON.parse(out)
    expect(report.total.requests).toBe(40_000)
    expect(report.rows.length).toBeLessThanOrEqual(1_001)
    expect(report.rows).toContainEqual(expect.objectContaining({ caller: 'other', model: 'other' }))
    expect(report.ignored_lines).toBe(1)
  })
})

test('names in a log cannot control the terminal or break the table', async () => {
  const { out } = await runCli(['usage'], { input: logOf(line({ caller: 'evil\u001b]0;x\u0007\nrow', model: 'a\u202eb' })) })
  expect(out).toMatch(/^evil␛\]0;x␇ row +a\ufffdb +1 /m)
})
