import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { type BaseMessage, HumanMessage } from '@langchain/core/messages'
import { tool as langchainTool } from '@langchain/core/tools'
import { ChatOpenAI } from '@langchain/openai'
import { stepCountIs, streamText, tool } from 'ai'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'
import { exampleOf, ROOT, read } from '../docs/markdown.js'
import { CITY, MODEL } from '../frameworks/weather.js'
import { CLIENTS } from './clients.js'
import { addressesOf, PAGES } from './recipes.js'

const QUESTION = 'What is the weather in Oslo?'
const execute = promisify(execFile)
let proxy: ProxyUnderTest
let folder: string
beforeAll(async () => {
  proxy = await startProxy({ GEMINI_UPSTREAM: 'native' })
  // The folder is inside the repository, so that examples in it can import the installed packages.
  folder = mkdtempSync(`${ROOT}.cache/clients-`)
})
beforeEach(() => proxy.simulator.reset())
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await proxy.close()
})

const here = (address = ''): string => address.replace('https://HOST', proxy.origin)

describe('the client library of', () => {
  test.each(PAGES)('LangChain answers with the example of %s', async (page) => {
    const file = join(folder, 'langchain.mjs')
    writeFileSync(file, here(exampleOf(read(page), 'langchainClient')).replace('my-token', TOKEN))
    const { stdout } = await execute(process.execPath, [file], { env: { PATH: process.env.PATH } })
    expect(stdout).toBe('You said: Say hello.\n')
  })

  test.each([true, false])('n8n answers with a tool call, by the Responses API: %s', async (useResponsesApi) => {
    const weather = langchainTool(async ({ city }: { city: string }) => `${city}: sunny`, {
      name: 'get_weather',
      description: 'Weather of a city',
      schema: CITY,
    })
    const model = new ChatOpenAI({
      model: MODEL,
      apiKey: TOKEN,
      useResponsesApi,
      configuration: { baseURL: here(addressesOf('n8n')[0]) },
      temperature: 0.7,
      topP: 1,
      maxTokens: 4096,
      timeout: 60_000,
      maxRetries: 0,
      ...(useResponsesApi ? {} : { modelKwargs: { response_format: { type: 'text' }, reasoning_effort: 'low' } }),
    }).bindTools([weather])
    const messages: BaseMessage[] = [new HumanMessage(QUESTION)]
    const first = await model.invoke(messages)
    messages.push(first)
    for (const call of first.tool_calls ?? []) messages.push(await weather.invoke(call))
    expect((await model.invoke(messages)).text).toContain('Oslo: sunny')
    expect(proxy.simulator.requests.map(({ status }) => status)).toEqual([200, 200])
  })

  test('n8n lists the models', async () => {
    const { data } = await new OpenAI({ baseURL: here(addressesOf('n8n')[0]), apiKey: TOKEN }).models.list()
    expect(data.map(({ id }) => id)).toContain(MODEL)
  })

  // All of these clients use the package @ai-sdk/openai-compatible, so the test uses it for them.
  test.each(['Chatbox', 'Cherry Studio', 'Cline', 'opencode'])('%s shows thoughts, and answers with a tool call', async (name) => {
    const baseURL = CLIENTS.find(({ recipe }) => recipe === name)?.base(here(addressesOf(name)[0])) ?? ''
    const provider = createOpenAICompatible({ name: 'custom', apiKey: TOKEN, baseURL, includeUsage: name !== 'Chatbox' })
    const result = streamText({
      model: provider(MODEL),
      messages: [{ role: 'user', content: QUESTION }],
      tools: { get_weather: tool({ description: 'Weather of a city', inputSchema: CITY, execute: async ({ city }) => `${city}: sunny` }) },
      stopWhen: stepCountIs(5),
      maxRetries: 0,
    })
    expect(await result.text).toContain('Oslo: sunny')
    expect(await result.finishReason).toBe('stop')
    expect((await result.steps).some(({ reasoningText }) => reasoningText !== undefined)).toBe(true)
    expect(proxy.simulator.requests.map(({ status }) => status)).toEqual([200, 200])
  })
})
