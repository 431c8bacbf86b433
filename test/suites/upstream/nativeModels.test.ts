import { describe, expect, test } from 'vitest'
import { eventually } from '../../support/calls.js'
import { call } from '../../support/contractHook.js'
import { startProxy } from '../../support/proxy.js'
import { type ScriptedAnswer, type ScriptedRequest, startScriptedGemini } from '../../support/scriptedGemini.js'

/**
 * Runs a proxy that reads the model list from Gemini, until `isThere` returns true for the model
 * ids of the proxy. @returns the ids that Gemini's list has added, and the paths that the proxy
 * requested
 */
async function listed(
  answer: (request: ScriptedRequest) => ScriptedAnswer,
  isThere: (ids: readonly string[]) => boolean,
): Promise<{ ids: string[]; paths: string[] }> {
  const gemini = await startScriptedGemini(answer)
  const env = { GEMINI_BASE_URL: gemini.baseUrl, GEMINI_UPSTREAM: 'native', MODELS_REFRESH: 'true' }
  const proxy = await startProxy(env)
  try {
    const read = async (): Promise<string[]> =>
      ((await call(proxy.origin, { path: '/v1/models' })).json as { data: { id: string }[] }).data.map(({ id }) => id)
    const before = await read()
    await eventually(async () => expect(isThere(await read())).toBe(true))
    const ids = (await read()).filter((id) => !before.includes(id))
    return { ids, paths: gemini.requests.map(({ path }) => path) }
  } finally {
    await proxy.close()
    await gemini.close()
  }
}

const GENERATES = ['generateContent', 'countTokens']

describe('the model list of the native API', () => {
  test('is read page by page, and includes the models that generate content', async () => {
    const pages: Record<string, object> = {
      '': { models: [{ name: 'models/gemini-embedding-9', supportedGenerationMethods: ['embedContent'] }], nextPageToken: 'a/b=' },
      'a/b=': { models: [{ name: 'models/gemini-9-flash', supportedGenerationMethods: GENERATES }], nextPageToken: 'c' },
      c: {
        models: [
          { name: 'models/gemini-9-judge', supportedGenerationMethods: ['predict'] },
          { name: 'models/gemini-9-pro', supportedGenerationMethods: GENERATES },
          { name: 7 },
          null,
        ],
        nextPageToken: '',
      },
    }
    const { ids, paths } = await listed(
      ({ path }) => ({ body: pages[new URL(path, 'http://x').searchParams.get('pageToken') ?? ''] }),
      (all) => all.includes('gemini-9-pro'),
    )
    expect(ids).toEqual(['gemini-9-flash', 'gemini-9-pro'])
    expect(paths).toEqual(['', '&pageToken=a%2Fb%3D', '&pageToken=c'].map((rest) => `/v1beta/models?pageSize=1000${rest}`))
  })

  test('is read up to a limit if its pages never end', async () => {
    const model = { name: 'models/gemini-9-flash', supportedGenerationMethods: GENERATES }
    const { ids, paths } = await listed(
      () => ({ body: { models: [model], nextPageToken: 'more' } }),
      (all) => all.includes('gemini-9-flash'),
    )
    expect(ids).toEqual(['gemini-9-flash'])
    expect(paths).toHaveLength(10)
  })
})

test.each([
  ['exists', { body: { name: 'models/gemini-9-flash', version: '001' } }, 200],
  [
    'does not exist',
    {
      status: 404,
      body: { error: { code: 404, message: 'models/gemini-9-flash is not found for API version v1beta.', status: 'NOT_FOUND' } },
    },
    404,
  ],
])('a model that is not listed is looked up at Google: it %s', async (_, answer, status) => {
  const gemini = await startScriptedGemini(() => answer)
  const proxy = await startProxy({ GEMINI_BASE_URL: gemini.baseUrl, GEMINI_UPSTREAM: 'native' })
  const found = await call(proxy.origin, { path: '/v1/models/gemini-9-flash' })
  await proxy.close()
  await gemini.close()
  expect(found.status).toBe(status)
  expect(gemini.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1beta/models/gemini-9-flash'])
})
