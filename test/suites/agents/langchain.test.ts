import { type BaseMessage, HumanMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { ChatOpenAI } from '@langchain/openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { TOKEN } from '../../support/proxy.js'
import { CITY, MODEL, REPORT } from '../frameworks/weather.js'
import { asked, expectSigned, scripted, WEATHER_STEPS } from './loop.js'
import { type Rota, startRota } from './rota.js'

// Sends every item of earlier responses unchanged. With `zdrEnabled` it would drop the encrypted
// reasoning of streams.
let rota: Rota
beforeAll(async () => {
  rota = await startRota(4)
})
beforeEach(() => rota.simulator.reset())
afterAll(() => rota.close())

const model = () =>
  new ChatOpenAI({
    model: MODEL,
    apiKey: TOKEN,
    maxRetries: 0,
    useResponsesApi: true,
    configuration: { baseURL: rota.baseUrl },
  })

describe("LangChain's ChatOpenAI on the Responses API", () => {
  test.each([
    ['in one piece', 1, false],
    ['in one piece', 3, false],
    ['as a stream', 1, true],
    ['as a stream', 3, true],
  ])('runs tools over three steps at proxies that share nothing, %s, %i calls each', async (_, parallel, isStream) => {
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
    expectSigned(rota.simulator, 3)
  })

  test('gives structured output', async () => {
    const report = await model().withStructuredOutput(REPORT, { name: 'report', method: 'jsonSchema' }).invoke('Report.')
    expect(REPORT.parse(report)).toEqual(report)
  })

  test('reports a failure as the SDK does', async () => {
    rota.simulator.next({ error: 'quota-minute', repeat: 5 })
    await expect(model().invoke('Hello')).rejects.toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
  })
})
