import assert from 'node:assert/strict'
import { type Case, collect } from './context.js'

/** Cases of embeddings, models, text completions and images. */
export const OTHER_CASES: readonly Case[] = [
  {
    feature: 'embeddings',
    title: 'gets a vector without asking for a format',
    needs: ['embedding'],
    run: async ({ client, target, scenario }) => {
      const { data, object } = await client().embeddings.create({ model: target.embeddingModel, input: scenario('embedding').prompt })
      assert.deepEqual([object, data[0]?.index, data[0]?.object], ['list', 0, 'embedding'])
      const vector = data[0]?.embedding ?? []
      assert.ok(vector.length > 0 && vector.every((value) => Number.isFinite(value) && Math.abs(value) <= 1), 'no vector')
    },
  },
  {
    feature: 'embeddings',
    title: 'gets as many vectors as texts, with the requested dimensions',
    needs: ['embedding_batch'],
    run: async ({ client, target, scenario }) => {
      const { prompt, params } = scenario('embedding_batch')
      const dimensions = Number(params?.dimensions)
      const input = [prompt, '世界', 'a third']
      const { data } = await client().embeddings.create({ model: target.embeddingModel, input, dimensions })
      assert.deepEqual(
        data.map(({ index, embedding }) => [index, embedding.length]),
        input.map((_, at) => [at, dimensions]),
      )
    },
  },
  {
    feature: 'models',
    title: 'lists models and retrieves one',
    needs: [],
    run: async ({ client, target }) => {
      const models = await collect(client().models.list())
      assert.ok(models.length > 0 && models.every(({ object, owned_by }) => object === 'model' && owned_by === 'google'))
      const { id, object } = await client().models.retrieve(target.model)
      assert.deepEqual([id, object], [target.model, 'model'])
    },
  },
  {
    feature: 'completions',
    title: 'completes a text',
    needs: ['completion'],
    run: async ({ client, target, scenario }) => {
      const { prompt, params } = scenario('completion')
      const { id, object, choices, usage } = await client().completions.create({ model: target.model, prompt, ...params })
      assert.deepEqual([object, choices.length, choices[0]?.index, choices[0]?.finish_reason], ['text_completion', 1, 0, 'stop'])
      assert.ok(id.startsWith('cmpl-') && choices[0]?.text && (usage?.total_tokens ?? 0) > 0, 'no text')
    },
  },
  {
    feature: 'completions',
    title: 'completes a text in a stream',
    needs: ['completion'],
    run: async ({ client, target, scenario }) => {
      const { prompt, params } = scenario('completion')
      const chunks = await collect(client().completions.create({ model: target.model, prompt, ...params, stream: true }))
      const choices = chunks.flatMap((chunk) => chunk.choices)
      assert.ok(choices.map(({ text }) => text).join('') !== '', 'no text')
      assert.deepEqual(
        choices.filter((choice) => choice.finish_reason).map((choice) => choice.finish_reason),
        ['stop'],
      )
    },
  },
  {
    feature: 'images',
    title: 'makes an image',
    needs: ['image'],
    run: async ({ client, scenario }) => {
      const { prompt, params } = scenario('image')
      const { data, usage } = await client().images.generate({ model: String(params?.model), prompt })
      assert.ok(isPicture(data?.[0]?.b64_json), 'no image')
      assert.ok((usage?.output_tokens ?? 0) > 0, 'no usage')
    },
  },
  {
    feature: 'images',
    title: 'edits an image of a file',
    needs: ['image'],
    run: async ({ client, scenario, sdk }) => {
      const { prompt, params } = scenario('image')
      const image = await sdk.OpenAI.toFile(Buffer.from(PIXEL, 'base64'), 'a.png', { type: 'image/png' })
      const { data } = await client().images.edit({ model: String(params?.model), prompt, image })
      assert.ok(isPicture(data?.[0]?.b64_json), 'no image')
    },
  },
]

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** True for a PNG or a JPEG in base64. */
const isPicture = (base64 = ''): boolean => /^(?:iVBORw0KGgo|\/9j\/)/.test(base64)
