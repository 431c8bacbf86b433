import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'
import { MODEL } from '../frameworks/weather.js'
import { PLACEHOLDER } from '../signatures/agent.js'
import { asked } from './loop.js'
import { type Rota, startRota } from './rota.js'

const AGENTS = 'test/suites/agents/requirements.txt'
const SDKS = [
  ['2.54.0', 'test/suites/sdk/python/requirements.txt'],
  ['3.57.0', AGENTS],
] as const
const TOOLS_RUN = [1, 3].map((parallel) => ({ text: expect.stringContaining('Oslo: sunny'), cities: asked(parallel) }))

/**
 * Runs a script of test/suites/agents/python against proxies that share no state; consecutive steps
 * of the script reach different proxies.
 */
async function run(script: string, requirements: string): Promise<{ readonly seen: Record<string, unknown>; readonly rota: Rota }> {
  const rota = await startRota(4)
  const env = { PROXY_URL: rota.origin, PROXY_TOKEN: TOKEN, PROXY_MODEL: MODEL, OPENAI_AGENTS_DISABLE_TRACING: '1' }
  // The scripts print objects.
  const seen = (await runPython(`test/suites/agents/python/${script}`, env, requirements)) as Record<string, unknown>
  return { seen, rota }
}

/** Every signature that reached Gemini. */
const signatures = ({ simulator }: Rota): unknown[] =>
  [...JSON.stringify(simulator.requests).matchAll(/"thought(?:_s|S)ignature":"([^"]*)"/g)].map(([, signature]) => signature)

describe.each(SDKS)('the Python SDK %s', (version, requirements) => {
  let seen: Record<string, unknown>
  let rota: Rota
  beforeAll(async () => {
    ;({ seen, rota } = await run('responses_helpers.py', requirements))
  }, 180_000) // the first run installs the packages
  afterAll(() => rota.close())

  test('runs tools by responses.create() and responses.stream(), over three steps at proxies that share nothing', () => {
    expect(seen).toMatchObject({ version, created: TOOLS_RUN, streamed: TOOLS_RUN })
    expect(signatures(rota).length).toBeGreaterThan(20)
    expect(signatures(rota)).not.toContain(PLACEHOLDER)
  })

  test('parses answers and the arguments of calls', () => {
    expect(seen.parsed).toEqual({ report: 'Report', calls: ['Oslo', 'Seoul'] })
    const kinds = expect.arrayContaining([
      'response.created',
      'response.output_text.delta',
      'response.output_text.done',
      'response.completed',
    ])
    expect(seen.streamed_report).toEqual({ is_whole: true, parsed: 'Report', kinds })
  })

  test('raises what a caller can handle', () => {
    expect(seen).toMatchObject({ limited: ['RateLimitError', 'rate_limit_exceeded'], unknown: ['NotFoundError', 'model_not_found'] })
  })

  test('cancels the upstream request when it leaves a stream', async () => {
    expect(seen.left).toBe('response.output_text.delta')
    await expect.poll(() => rota.simulator.abortedRequests).toBe(1)
  })
})

describe('OpenAI Agents for Python', () => {
  let seen: Record<string, unknown>
  let rota: Rota
  beforeAll(async () => {
    ;({ seen, rota } = await run('openai_agents.py', AGENTS))
  }, 180_000) // the first run installs the packages
  afterAll(() => rota.close())

  test('run tools, in one piece and as a stream, one or three calls a step', () => {
    expect(seen.tools).toEqual([...TOOLS_RUN, ...TOOLS_RUN])
  })

  test('hand over from one agent to the next, which has tools of its own and a structured answer', () => {
    const handedOver = { agent: 'Reporter', output: 'Report', cities: ['Oslo', 'Oslo'] }
    expect(seen.handoff).toEqual([handedOver, handedOver])
  })

  test('send every signature back, to proxies that share nothing', () => {
    expect(signatures(rota).length).toBeGreaterThan(20)
    expect(signatures(rota)).not.toContain(PLACEHOLDER)
  })

  test('raise what a caller can handle', () => {
    const limited = ['RateLimitError', 'rate_limit_exceeded']
    expect(seen.failure).toEqual([limited, limited])
  })
})
