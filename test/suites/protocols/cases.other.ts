import { expect } from 'vitest'
import { type Case, type Context, MODEL, prompt, serverOf } from './context.js'

const EMBEDDER = 'gemini-embedding-001'

const counted = ({ sdk, proxy }: Context, text: string): Promise<number> => sdk.countTokens(serverOf(proxy), MODEL, text)

/** Cases of tool runners, token counts, models and embeddings. */
export const OTHER_CASES: readonly Case[] = [
  {
    title: 'runs tools automatically until there is an answer',
    run: async ({ sdk, proxy }) => {
      const steps = ['Oslo', 'Rome'].map((city) => [{ name: 'get_weather', arguments: { city } }])
      const text = await sdk.runTools(serverOf(proxy), MODEL, prompt({ steps }))
      expect(text).toContain('18 degrees in Rome')
      expect(proxy.simulator.totalRequests).toBe(3)
      // The last request has the whole conversation.
      expect(JSON.stringify(proxy.simulator.requests.at(-1)?.body)).toContain('18 degrees in Oslo')
    },
  },
  {
    title: 'counts tokens',
    needs: 'counting',
    run: async (context) => {
      const short = await counted(context, 'One.')
      expect(short).toBeGreaterThan(0)
      expect(await counted(context, 'One, two, three, four, five, six, seven.')).toBeGreaterThan(short)
    },
  },
  {
    title: 'lists models',
    needs: 'models',
    run: async ({ sdk, proxy }) => {
      const ids = await sdk.listModels(serverOf(proxy))
      expect(ids.filter((id) => id === MODEL)).toHaveLength(1)
      expect(ids.length).toBeGreaterThan(5)
      expect(new Set(ids).size).toBe(ids.length)
    },
  },
  {
    title: 'retrieves a model',
    needs: 'models',
    run: async ({ sdk, proxy }) => {
      expect(await sdk.getModel(serverOf(proxy), MODEL)).toBe(MODEL)
    },
  },
  {
    title: 'embeds texts',
    needs: 'embeddings',
    run: async ({ sdk, proxy }) => {
      const vectors = await sdk.embed(serverOf(proxy), EMBEDDER, ['one', 'two'])
      expect(vectors).toHaveLength(2)
      expect(vectors[0]).not.toEqual(vectors[1])
      expect(vectors.every((vector) => vector.length === 3_072)).toBe(true)
    },
  },
]
