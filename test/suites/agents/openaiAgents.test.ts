import { Agent, OpenAIProvider, Runner, setTracingDisabled, tool } from '@openai/agents'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openai } from '../../support/calls.js'
import { CITY, MODEL, REPORT } from '../frameworks/weather.js'
import { asked, expectSigned, scripted, WEATHER_STEPS } from './loop.js'
import { type ProxyRotation, startProxyRotation } from './proxyRotation.js'

// OpenAI Agents send `instructions`, user input items without `type`, function tools, `include: []`
// and `text.format`. They send items of earlier responses back unchanged.
let rotation: ProxyRotation
beforeAll(async () => {
  setTracingDisabled(true)
  rotation = await startProxyRotation(5)
})
beforeEach(() => rotation.simulator.reset())
afterAll(() => rotation.close())

const runner = () => new Runner({ modelProvider: new OpenAIProvider({ openAIClient: openai(rotation) as never, useResponses: true }) })
const weather = (cities: string[]) =>
  tool({
    name: 'get_weather',
    description: 'Weather of a city',
    parameters: CITY,
    execute: async ({ city }) => {
      cities.push(city)
      return `${city}: sunny`
    },
  })

/** Runs an agent until it has finished, with or without streaming. */
async function run(agent: object, input: string, isStream: boolean) {
  const any = agent as Agent // the type of its output does not matter
  if (!isStream) return runner().run(any, input)
  const result = await runner().run(any, input, { stream: true })
  await result.completed
  return result
}

describe.each([
  ['whole', false],
  ['as a stream', true],
])('OpenAI Agents, %s', (_, isStream) => {
  test.each([1, 3])('run tools over three steps at proxies that share no state, %i calls each', async (parallel) => {
    const cities: string[] = []
    const agent = new Agent({ name: 'Meteorologist', model: MODEL, instructions: 'Look it up.', tools: [weather(cities)] })
    const { finalOutput, newItems } = await run(agent, scripted(WEATHER_STEPS(parallel)), isStream)
    expect(finalOutput).toContain('Oslo: sunny')
    expect(cities).toEqual(asked(parallel))
    expect(newItems.filter(({ type }) => type === 'tool_call_output_item')).toHaveLength(3 * parallel)
    expectSigned(rotation.simulator, 3)
  })

  test('hand over to an agent with other tools and a structured answer', async () => {
    const cities: string[] = []
    const tools = [weather(cities)]
    const reporter = new Agent({ name: 'Reporter', model: MODEL, instructions: 'Report.', tools, outputType: REPORT })
    const clerk = Agent.create({ name: 'Clerk', model: MODEL, instructions: 'Find someone.', handoffs: [reporter] })
    const oslo = [{ name: 'get_weather', arguments: { city: 'Oslo' } }]
    const input = scripted([[{ name: 'transfer_to_Reporter', arguments: {} }], oslo, oslo])
    const { finalOutput, lastAgent } = await run(clerk, input, isStream)
    expect(lastAgent?.name).toBe('Reporter')
    expect(REPORT.parse(finalOutput)).toEqual(finalOutput)
    expect(cities).toEqual(['Oslo', 'Oslo'])
    expectSigned(rotation.simulator, 3)
  })

  test('throw the errors of the SDK', async () => {
    rotation.simulator.next({ error: 'quota-minute', repeat: 5 })
    const agent = new Agent({ name: 'Meteorologist', model: MODEL })
    await expect(run(agent, 'Hello', isStream)).rejects.toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
  })
})

test('OpenAI Agents send the reasoning of a run with the next one', async () => {
  const agent = new Agent({
    name: 'Thinker',
    model: MODEL,
    modelSettings: { reasoning: { effort: 'high', summary: 'auto' }, store: false },
  })
  const first = await runner().run(agent, scripted([]))
  expect(first.newItems.map(({ type }) => type)).toContain('reasoning_item')
  const second = await runner().run(agent, [...first.history, { role: 'user', content: 'And now?' }])
  expect(second.finalOutput).toBe('You said: And now?')
  expect(rotation.simulator.requests.map(({ status }) => status)).toEqual([200, 200])
})

test('OpenAI Agents cancel the upstream request when they are aborted', async () => {
  const leaving = new AbortController()
  const agent = new Agent({ name: 'Talker', model: MODEL })
  const input = `Talk. simulate:${JSON.stringify({ chunks: 500, chunkDelayMs: 20 })}`
  const result = await runner().run(agent, input, { stream: true, signal: leaving.signal })
  for await (const _ of result.toTextStream()) leaving.abort()
  await expect.poll(() => rotation.simulator.abortedRequests).toBe(1)
})

test('OpenAI Agents continue from a stored response, with tools', async () => {
  const keeping = await startProxyRotation(1, { STREAM_RESUME: 'always' })
  onTestFinished(() => keeping.close())
  const cities: string[] = []
  const agent = new Agent({ name: 'Meteorologist', model: MODEL, tools: [weather(cities)] })
  const chained = new Runner({ modelProvider: new OpenAIProvider({ openAIClient: openai(keeping) as never, useResponses: true }) })
  const first = await chained.run(agent, scripted([[{ name: 'get_weather', arguments: { city: 'Oslo' } }]]))
  const { lastResponseId: previousResponseId = '' } = first
  const second = await chained.run(agent, scripted([[{ name: 'get_weather', arguments: { city: 'Seoul' } }]]), { previousResponseId })
  expect(second.finalOutput).toContain('Seoul: sunny')
  expect(cities).toEqual(['Oslo', 'Seoul'])
  expect(keeping.simulator.requests.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(JSON.stringify(keeping.simulator.requests.at(-1)?.body)).toContain('Oslo: sunny')
})
