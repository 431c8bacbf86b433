import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'
import { MODEL } from '../frameworks/weather.js'
import { PLACEHOLDER } from '../signatures/agent.js'
import { asked } from './loop.js'
import { type ProxyRotation, startProxyRotation } from './proxyRotation.js'

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
async function run(
  script: string,
  requirements: string,
): Promise<{ readonly seen: Record<string, unknown>; readonly rotation: ProxyRotation }> {
  const rotation = await startProxyRotation(4)
  const env = { PROXY_URL: rotation.origin, PROXY_TOKEN: TOKEN, PROXY_MODEL: MODEL, OPENAI_AGENTS_DISABLE_TRACING: '1' }
  // The cast is safe: the scripts print a JSON object.
  const seen = (await runPython(`test/suites/agents/python/${script}`, env, requirements)) as Record<string, unknown>
  return { seen, rotation }
}

/** Returns every thought signature in requests that reached Gemini. */
const signatures = ({ simulator }: ProxyRotation): unknown[] =>
  [...JSON.stringify(simulator.requests).matchAll(/"thought(?:_s|S)ignature":"([^"]*)"/g)].map(([, signature]) => signature)

describe.each(SDKS)('the Python SDK %s', (version, requirements) => {
  let seen: Record<string, unknown>
  let rotation: ProxyRotation
  beforeAll(async () => {
    ;({ seen, rotation } = await run('responses_helpers.py', requirements))
  }, 180_000) // the first run installs the packages
  afterAll(() => rotation.close())

  test('runs tools with responses.create() and responses.stream(), over three steps at proxies that share no state', () => {
    expect(seen).toMatchObject({ version, created: TOOLS_RUN, streamed: TOOLS_RUN })
    expect(signatures(rotation).length).toBeGreaterThan(20)
    expect(signatures(rotation)).not.toContain(PLACEHOLDER)
  })

  test('parses answers and arguments of calls', () => {
    expect(seen.parsed).toEqual({ report: 'Report', calls: ['Oslo', 'Seoul'] })
    const kinds = expect.arrayContaining([
      'response.created',
      'response.output_text.delta',
      'response.output_text.done',
      'response.completed',
    ])
    expect(seen.streamed_report).toEqual({ is_whole: true, parsed: 'Report', kinds })
  })

  test('raises errors that a program can handle', () => {
    expect(seen).toMatchObject({ limited: ['RateLimitError', 'rate_limit_exceeded'], unknown: ['NotFoundError', 'model_not_found'] })
  })

  test('cancels the upstream request when the stream is closed early', async () => {
    expect(seen.left).toBe('response.output_text.delta')
    await expect.poll(() => rotation.simulator.abortedRequests).toBe(1)
  })
})

describe('OpenAI Agents for Python', () => {
  let seen: Record<string, unknown>
  let rotation: ProxyRotation
  beforeAll(async () => {
    ;({ seen, rotation } = await run('openai_agents.py', AGENTS))
  }, 180_000) // the first run installs the packages
  afterAll(() => rotation.close())

  test('run tools, whole and as a stream, one or three calls per step', () => {
    expect(seen.tools).toEqual([...TOOLS_RUN, ...TOOLS_RUN])
  })

  test('hand over to an agent with other tools and a structured answer', () => {
    const handedOver = { agent: 'Reporter', output: 'Report', cities: ['Oslo', 'Oslo'] }
    expect(seen.handoff).toEqual([handedOver, handedOver])
  })

  test('send every signature back, to proxies that share no state', () => {
    expect(signatures(rotation).length).toBeGreaterThan(20)
    expect(signatures(rotation)).not.toContain(PLACEHOLDER)
  })

  test('raise errors that a program can handle', () => {
    const limited = ['RateLimitError', 'rate_limit_exceeded']
    expect(seen.failure).toEqual([limited, limited])
  })
})
