import { describe, expect, test } from 'vitest'
import { CATALOGUE, CATALOGUE_AS_OF, FAMILY_MODELS, FAMILY_TRAITS, VARIANT_TRAITS } from '../../../src/upstream/models/catalogue.js'
import { familyModelOf } from '../../../src/upstream/models/familyModel.js'
import type { ModelTraits } from '../../../src/upstream/models/model.js'
import { SPEECH_CATALOGUE } from '../../../src/upstream/models/speechCatalogue.js'
import { traitsOf } from '../../../src/upstream/models/traits.js'

/** One model id of each kind that has its own traits. */
const IDS = [
  'gemini-1.5-pro',
  'gemini-2.0-flash',
  'gemini-2.5-flash',
  'gemini-2.5-flash-image',
  'gemini-3-flash-preview',
  'gemini-3.1-pro-preview',
  'gemini-3.1-flash-image',
  'gemini-3.1-flash-lite-image',
  'gemini-3-pro-image-preview',
  'gemini-3.5-flash',
  'gemini-3.5-flash-lite',
  'gemini-3.8-flash',
  'gemini-4-argon',
  'gemini-4-neon',
  'gemma-3-27b-it',
  'gemma-4-31b-it',
] as const
const BEFORE_3 = ['gemini-1.5-pro', 'gemini-2.0-flash', 'gemini-2.5-flash', 'gemini-2.5-flash-image'] as const
const GEMMA = ['gemma-3-27b-it', 'gemma-4-31b-it'] as const
const GEMINI_4 = ['gemini-4-argon', 'gemini-4-neon'] as const
const IMAGES = ['gemini-2.5-flash-image', 'gemini-3.1-flash-image', 'gemini-3.1-flash-lite-image', 'gemini-3-pro-image-preview'] as const
const NEWEST = ['gemini-3.8-flash', ...GEMINI_4] as const

type Trait = Exclude<keyof ModelTraits, 'imageSizes'>
const except = (...left: readonly string[]): string[] => IDS.filter((id) => !left.includes(id))

describe('the models with the trait', () => {
  test.each<[Trait, readonly string[]]>([
    ['takesPenalties', ['gemini-1.5-pro', 'gemini-2.0-flash']],
    ['takesLogprobs', BEFORE_3],
    ['takesTopK', except(...NEWEST)],
    ['ignoresSampling', GEMINI_4],
    ['mixesBuiltInTools', except(...BEFORE_3, ...GEMMA)],
    ['takesMediaInResults', except(...BEFORE_3, ...GEMMA)],
    ['mixesJsonAndTools', except(...BEFORE_3)],
    ['makesImages', IMAGES],
    ['takesInstructions', except('gemma-3-27b-it', 'gemini-3-pro-image-preview')],
    ['supportsContinuations', GEMINI_4],
    ['needsSignatures', except(...BEFORE_3, ...GEMMA, ...IMAGES)],
    ['takesCachedContent', except(...GEMINI_4, ...GEMMA, ...IMAGES)],
  ])('%s', (trait, ids) => {
    expect(IDS.filter((id) => traitsOf(id)[trait])).toEqual(IDS.filter((id) => ids.includes(id)))
  })

  test('imageSizes', () => {
    expect(IDS.flatMap((id) => traitsOf(id).imageSizes.map((size) => `${id} ${size}`))).toEqual([
      ...['512', '1K', '2K', '4K'].map((size) => `gemini-3.1-flash-image ${size}`),
      'gemini-3.1-flash-lite-image 1K',
      ...['1K', '2K', '4K'].map((size) => `gemini-3-pro-image-preview ${size}`),
    ])
  })

  test.each(['nano-banana', 'nano-banana-2.1', 'gemini-nano-banana-2.1', 'gemini-nano-banana-3'])('makesImages: %s', (id) => {
    expect(traitsOf(id)).toMatchObject({
      makesImages: true,
      needsSignatures: false,
      supportsContinuations: false,
      takesCachedContent: false,
    })
    expect(traitsOf(id).imageSizes).toEqual(expect.arrayContaining(['1K', '2K', '4K']))
  })
})

describe('a model outside of the catalogue', () => {
  test.each([
    ['gemini-2.0-flash-001', 'gemini-2.0-flash'],
    ['gemini-2.5-flash-preview-05-20', 'gemini-2.5-flash'],
    ['gemini-3-pro-preview', 'gemini-3.1-pro-preview'],
    ['gemini-3.1-pro-preview-customtools', 'gemini-3.1-pro-preview'],
    ['gemini-3.9-flash', 'gemini-3.8-flash'],
    ['gemini-3.10-pro', 'gemini-3.8-flash'],
    ['gemini-robotics-er-2-preview', 'gemini-3.8-flash'],
    ['gemini-flash-latest', 'gemini-3.8-flash'],
    ['gemini-flash-lite-latest', 'gemini-3.5-flash-lite'],
    ['gemini-pro-latest', 'gemini-3.1-pro-preview'],
    ['gemini-4.1-neon', 'gemini-4-neon'],
    ['gemini-5', 'gemini-4-neon'],
    ['gemini-12-flash', 'gemini-4-neon'],
    ['gemma-3n-e4b-it', 'gemma-3-27b-it'],
    ['gemma-5-9b-it', 'gemma-4-31b-it'],
    ['nano-banana-pro-preview', 'gemini-3-pro-image-preview'],
    ['gemini-nano-banana-3-preview', 'gemini-nano-banana-2.1'],
    ['my-tuned-model', 'gemini-3.8-flash'],
  ])('%s has the traits of %s', (id, known) => {
    expect(traitsOf(id)).toEqual(traitsOf(known))
  })
})

describe('a model that is not listed', () => {
  const THINKS_LIKE = [
    ['gemini-2.0-flash-001', 'gemini-2.0-flash'],
    ['gemini-1.0-pro', 'gemini-2.0-flash'],
    ['gemini-2.5-flash-preview-05-20', 'gemini-2.5-flash'],
    ['gemini-2.5-flash-lite-preview-09-2025', 'gemini-2.5-flash-lite'],
    ['gemini-2.5-pro-preview-06-05', 'gemini-2.5-pro'],
    ['gemini-2.5-flash-image', 'gemini-3-pro-image'],
    ['gemini-2.5-pro-preview-tts', 'gemini-3-pro-image'],
    ['gemini-3-pro-image-preview', 'gemini-3-pro-image'],
    ['gemini-3.1-flash-image-preview', 'gemini-3.1-flash-image'],
    ['gemini-3-pro-preview', 'gemini-3.1-pro-preview'],
    ['gemini-3.1-pro-preview-customtools', 'gemini-3.1-pro-preview'],
    ['gemini-3.1-flash-lite-preview', 'gemini-3.5-flash-lite'],
    ['gemini-3-flash-001', 'gemini-3-flash-preview'],
    ['gemini-3.5-flash-001', 'gemini-3.6-flash'],
    ['gemini-3.9-flash', 'gemini-3.8-flash'],
    ['gemini-3.10-pro', 'gemini-3.8-flash'],
    ['gemini-4-neon-001', 'gemini-4-hydrogen'],
    ['gemini-4-argon-001', 'gemini-4-argon'],
    ['gemini-12-flash', 'gemini-4-argon'],
    ['gemma-3-27b-it', 'gemma-4-31b-it'],
    ['my-tuned-model', 'gemini-3.7-flash'],
  ] as const

  test.each(THINKS_LIKE)('%s is treated like %s', (id, relative) => {
    expect(familyModelOf(id)?.id).toBe(relative)
  })

  test('is matched by a family pattern, each of which is needed', () => {
    const needed = THINKS_LIKE.map(([id]) => FAMILY_MODELS.findIndex(([ids]) => ids.test(id)))
    expect(FAMILY_MODELS.filter((_, index) => !needed.includes(index))).toEqual([])
  })
})

test('no trait pattern is unused', () => {
  const ids = [...IDS, ...SPEECH_CATALOGUE.map(({ id }) => id)]
  const unused = [...FAMILY_TRAITS, ...VARIANT_TRAITS].filter(([pattern]) => !ids.some((id) => pattern.test(id)))
  expect(unused).toEqual([])
})

test("no model of the catalogue is newer than the catalogue's date", () => {
  expect(CATALOGUE.filter(({ releasedOn }) => releasedOn > CATALOGUE_AS_OF)).toEqual([])
})
