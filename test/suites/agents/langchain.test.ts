import { type BaseMessage, HumanMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { ChatOpenAI } from '@langchain/openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { TOKEN } from '../../support/proxy.js'
import { CITY, MODEL, REPORT } from '../frameworks/weather.js'
import { asked, expectSigned, scripted, WEATHER_STEPS } from './loop.js'
import { type ProxyRotation, startProxyRotation } from './proxyRotation.js'

// LangChain sends every item of earlier responses back unchanged. With `zdrEnabled`, it would drop
// the encrypted reasoning of streams.
let rotation: ProxyRotation
beforeAll(async () => {
  rotation = await startProxyRotation(4)
})
beforeEach(() => rotation.simulator.reset())
afterAll(() => rotation.close())

const model = () =>
  new ChatOpenAI({
    model: MODEL,
    apiKey: TOKEN,
    maxRetries: 0,
    useResponsesApi: true,
    configuration: { baseURL: rotation.baseUrl },
  })

describe("LangChain's ChatOpenAI on the Responses API", () => {
  test.each([
    ['whole', 1, false],
    ['whole', 3, false],
    ['as a stream', 1, true],
    ['as a stream', 3, true],
  ])('runs tools over three steps at proxies that share no state, %s, %i calls each', async (_, parallel, isStream) => {
    const cities: string[] = []
    const weather = tool(
      async ({ city }: { city: string }) => {
        cities.push(city)
        return `${city}: sunny`
      },
      { name: 'get_weather', description: 'Weather of a city', schema: CITY },
    )
    const bound = model().bindTools([weather])
    const ask = async (messages: BaseMessage[]) => {
      if (!isStream) return bound.invoke(messages)
      let whole: Awaited<ReturnType<typeof bound.stream>> extends AsyncIterable<infer Chunk> ? Chunk | undefined : never
      for await (const chunk of await bound.stream(messages)) whole = whole?.concat(chunk) ?? chunk
      if (whole === undefined) throw new Error('no chunk came')
      return whole
    }
    const messages: BaseMessage[] = [new HumanMessage(scripted(WEATHER_STEPS(parallel)))]
    let answer = await ask(messages)
    while (answer.tool_calls?.length) {
      messages.push(answer)
      for (const call of answer.tool_calls) messages.push(await weather.invoke(call))
      answer = await ask(messages)
    }
    expect(answer.text).toContain('Oslo: sunny')
    expect(cities).toEqual(asked(parallel))
    expectSigned(rotation.simulator, 3)
  })

  test('returns structured output', async () => {
    const report = await model().withStructuredOutput(REPORT, { name: 'report', method: 'jsonSchema' }).invoke('Report.')
    expect(REPORT.parse(report)).toEqual(report)
  })

  test('throws the errors of the SDK', async () => {
    rotation.simulator.next({ error: 'quota-minute', repeat: 5 })
    await expect(model().invoke('Hello')).rejects.toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
  })
})
