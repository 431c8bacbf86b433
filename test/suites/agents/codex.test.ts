import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { RecordedRequest } from '../../doubles/simulator/index.js'
import { sentChat } from '../../support/sentChat.js'
import { MODEL } from '../frameworks/weather.js'
import { type CodexEvent, type CodexRun, openCodex } from './codex.js'
import { expectSigned, scripted } from './loop.js'
import { type ProxyRotation, startProxyRotation } from './proxyRotation.js'
import type { AgentWorkspace } from './workspace.js'

// Codex streams every request: no `instructions` but developer messages, 7 function tools, a
// namespace of tools and `web_search`, `store: false`, `include: [reasoning.encrypted_content]`,
// `reasoning.summary`, `prompt_cache_key`, `client_metadata`. It sends every item back with the
// proxy's ids, reasoning with null content. For models that Codex knows, it also sends `custom`
// tools with a grammar, and `tool_search` instead of MCP tools and sub-agents (gpt-5.5), or
// `agent_message` (gpt-6-sol).
let rotation: ProxyRotation
let workspace: AgentWorkspace<CodexEvent>
beforeAll(async () => {
  rotation = await startProxyRotation(5, { MODEL_ALIASES: `gpt-*=${MODEL}` })
})
beforeEach(() => {
  rotation.simulator.reset()
  workspace = openCodex(settings(), Number(new URL(rotation.origin).port))
})
afterEach(() => workspace.close())
afterAll(() => rotation.close())

const settings = (more = '', ofProvider = ''): string => `
model = "${MODEL}"
model_provider = "gemini"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
${more}
[model_providers.gemini]
name = "Gemini Proxy"
base_url = "${rotation.baseUrl}"
env_key = "GEMINI_PROXY_TOKEN"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
${ofProvider}
[analytics]
enabled = false
[features]
plugins = false
apps = false
[mcp_servers.weather]
command = "${process.execPath}"
args = ["${fileURLToPath(new URL('codex/weatherServer.mjs', import.meta.url))}"]
`
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const shell = (cmd: string) => ({ name: 'exec_command', arguments: { cmd } })
const patch = (body: string) => `*** Begin Patch\n${body}\n*** End Patch\n`
const itemsOf = (run: CodexRun, type: string) =>
  run.events().flatMap((event) => (event.type === 'item.completed' && event.item?.type === type ? event.item : []))

/** Returns the text of the last user message in a request that reached Gemini. */
function lastUserText(request: RecordedRequest): string {
  // The cast is safe: the simulator has validated the request.
  const { messages } = sentChat(request) as { messages: { role: string; content: string | { text?: string }[] }[] }
  const content = messages.filter(({ role }) => role === 'user').at(-1)?.content ?? ''
  return typeof content === 'string' ? content : content.map(({ text }) => text ?? '').join('')
}

const failureOf = (run: CodexRun) => run.events().find(({ type }) => type === 'turn.failed')?.error?.message

describe('Codex', () => {
  test('completes four steps with proxies that share no state: creates, edits and reads files', async () => {
    const steps = [
      [shell("printf 'Hello\\nworld\\n' > hello.txt && ls"), shell('pwd')],
      [shell(`apply_patch <<'EOF'\n${patch('*** Update File: hello.txt\n@@\n Hello\n-world\n+Oslo')}EOF`)],
      [shell(`apply_patch <<'EOF'\n${patch('*** Add File: notes/new.md\n+# Weather')}EOF`)],
      [shell('cat hello.txt notes/new.md')],
    ]
    const run = workspace.run(scripted(steps))
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect([workspace.read('hello.txt'), workspace.read('notes/new.md')]).toEqual(['Hello\nOslo\n', '# Weather\n'])
    expect(itemsOf(run, 'agent_message').at(-1)?.text).toMatch(/Hello\nOslo\n# Weather/)
    expect(itemsOf(run, 'reasoning').map(({ text }) => text)).toContain('Let me see.')
    expectSigned(rotation.simulator, 4)
    const usage = run.events().find(({ type }) => type === 'turn.completed')?.usage
    expect(usage?.reasoning_output_tokens).toBeGreaterThan(0)
  })

  test('continues a session', async () => {
    const first = workspace.run(scripted([[shell('echo one > one.txt')]]))
    expect((await first.ended).code).toBe(0)
    const second = workspace.run('resume', '--last', scripted([[shell('cat one.txt')]]))
    expect(await second.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect(itemsOf(second, 'agent_message').at(-1)?.text).toContain('one')
    expect(rotation.simulator.requests.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  })

  test('edits files with apply_patch, whose input is not JSON, if it knows the model name', async () => {
    const call = (input: string) => ({ name: 'apply_patch', arguments: { input } })
    const steps = [
      [call(patch('*** Add File: a.txt\n+one\n+two'))],
      [call(patch('*** Update File: a.txt\n@@\n one\n-two\n+three'))],
      [shell('cat a.txt')],
    ]
    const run = workspace.run('--model', 'gpt-5.5', scripted(steps))
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect(workspace.read('a.txt')).toBe('one\nthree\n')
    expect(itemsOf(run, 'file_change')).toHaveLength(2)
    expect(itemsOf(run, 'agent_message').at(-1)?.text).toContain('one\nthree')
    expectSigned(rotation.simulator, 3)
  })

  test('runs code that calls tools, which are declared among the input items', async () => {
    const code = "const { output } = await tools.exec_command({ cmd: 'echo six > six.txt && cat six.txt' }); text('said ' + output)"
    const exec = { name: 'functions__exec', arguments: { input: code } }
    const run = workspace.run('--model', 'gpt-6-sol', scripted([[exec], [exec]]))
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect(workspace.read('six.txt')).toBe('six\n')
    expect(itemsOf(run, 'agent_message').at(-1)?.text).toContain('said six')
    expectSigned(rotation.simulator, 2)
  })

  test('compacts a conversation that is too long, and continues', async () => {
    const narrow = openCodex(settings('model_auto_compact_token_limit = 9000'), Number(new URL(rotation.origin).port))
    onTestFinished(() => narrow.close())
    const run = narrow.run(scripted([[shell('seq 1 3000')], [shell('echo never')]]))
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    const asked = rotation.simulator.requests.map(({ status, body }) => [
      status,
      JSON.stringify(body).match(/CHECKPOINT COMPACTION|other language model/)?.[0],
    ])
    expect(asked).toEqual([
      [200, undefined],
      [200, 'CHECKPOINT COMPACTION'],
      [200, 'other language model'],
    ])
  })

  test('runs a sub-agent in parallel', async () => {
    const message = scripted([[shell('echo sub > sub.txt')]])
    const steps = [
      [{ name: 'multi_agent_v1__spawn_agent', arguments: { message } }],
      [shell('until [ -e sub.txt ]; do sleep 0.05; done; cat sub.txt')],
    ]
    const run = workspace.run(scripted(steps))
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect(workspace.read('sub.txt')).toBe('sub\n')
    expect(new Set(rotation.simulator.requests.map(({ status }) => status))).toEqual(new Set([200]))
  })

  const search = (query: string) => ({ name: 'tool_search', arguments: { query } })

  test('finds the tool of an MCP server by a search, if it knows the model name', async () => {
    const steps = [[search('weather of a city')], [{ name: 'mcp__weather__get_weather', arguments: { city: 'Rome' } }]]
    const run = workspace.run('--model', 'gpt-5.5', scripted(steps))
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect(itemsOf(run, 'mcp_tool_call')).toMatchObject([{ server: 'weather', tool: 'get_weather', status: 'completed' }])
    expect(itemsOf(run, 'agent_message').at(-1)?.text).toContain('Rome: sunny')
    expectSigned(rotation.simulator, 2)
  })

  test('finds its sub-agents by a search, after another search', async () => {
    const message = scripted([[shell('echo sub > sub.txt')]])
    const steps = [
      [search('weather of a city')],
      [search('spawn a sub-agent')],
      [{ name: 'multi_agent_v1__spawn_agent', arguments: { message } }],
      [shell('until [ -e sub.txt ]; do sleep 0.05; done; cat sub.txt')],
    ]
    const run = workspace.run('--model', 'gpt-5.5', scripted(steps))
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect(workspace.read('sub.txt')).toBe('sub\n')
    expect(new Set(rotation.simulator.requests.map(({ status }) => status))).toEqual(new Set([200]))
  })

  test('gives a sub-agent its task, and gets its result', async () => {
    const message = `Count the files. simulate:${JSON.stringify({ text: 'There are 7 files.' })}`
    const steps = [
      [{ name: 'collaboration__spawn_agent', arguments: { task_name: 'child', message } }],
      [{ name: 'collaboration__wait_agent', arguments: { timeout_ms: 60_000 } }],
    ]
    const run = workspace.run('--model', 'gpt-6-sol', scripted(steps))
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    const lastWords = rotation.simulator.requests.map(lastUserText)
    expect(lastWords).toContainEqual(expect.stringMatching(/NEW_TASK[\s\S]*Payload:\nCount the files\./))
    expect(lastWords).toContainEqual(expect.stringMatching(/FINAL_ANSWER[\s\S]*Payload:\nThere are 7 files\./))
    expect(itemsOf(run, 'agent_message').at(-1)?.text).toContain('There are 7 files.')
  })

  test('sets a goal, and sends it to the model as an output without a call', async () => {
    const run = workspace.run(scripted([[{ name: 'create_goal', arguments: { objective: 'Write a report' } }]]))
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect(rotation.simulator.requests.map(({ status }) => status)).toEqual([200, 200])
    expect(itemsOf(run, 'agent_message').at(-1)?.text).toContain('Output of agent.goal_objective:Write a report')
  })

  test('falls back from WebSocket to HTTP at once', async () => {
    const socketed = openCodex(settings('', 'supports_websockets = true'), Number(new URL(rotation.origin).port))
    onTestFinished(() => socketed.close())
    const before = rotation.proxies.map(({ logs }) => logs.length)
    const run = socketed.run(scripted([[shell('echo one')]]))
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    const answered = rotation.proxies.flatMap(({ logs }, index) => logs.slice(before[index]))
    const statuses = answered.flatMap(({ method, status }) => (status === undefined ? [] : [`${method} ${status}`])).sort()
    expect(statuses).toEqual(['GET 426', 'POST 200', 'POST 200'])
  })

  test('reads an image', async () => {
    const steps = [[shell(`base64 -d <<< ${PIXEL} > pixel.png`)], [{ name: 'view_image', arguments: { path: 'pixel.png' } }]]
    const run = workspace.run(scripted(steps))
    expect(await run.ended).toMatchObject({ code: 0, outsideRequests: [] })
    expect(itemsOf(run, 'agent_message').at(-1)?.text).toContain('I received an image (image/png, 1×1 pixels')
  })

  test('reports why a request failed', async () => {
    const run = workspace.run('--model', 'no-such-model', 'Hello')
    expect((await run.ended).code).not.toBe(0)
    expect(failureOf(run)).toContain("The model 'no-such-model' does not exist")
  })

  test('reports a rate limit', async () => {
    rotation.simulator.next({ error: 'quota-minute', repeat: 5 })
    const run = workspace.run('Hello')
    expect((await run.ended).code).not.toBe(0)
    expect(failureOf(run)).toContain('429 Too Many Requests')
  })

  test('cancels the upstream request when it is stopped', async () => {
    const run = workspace.run(`Talk. simulate:${JSON.stringify({ chunks: 2_000, chunkDelayMs: 20 })}`)
    await expect.poll(() => rotation.simulator.openRequests).toBe(1)
    run.stop()
    await run.ended
    await expect.poll(() => rotation.simulator.abortedRequests).toBe(1)
  })
})
