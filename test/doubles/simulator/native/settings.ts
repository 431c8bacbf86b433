import { invalidArgument, refusal } from '../errors.js'
import type { Model } from '../models.js'
import { generateError } from '../wire.js'
import type { GenerationConfig, NativeRequest } from './wire.js'

const MODALITIES = { text: [['TEXT']], image: [['TEXT', 'IMAGE'], ['IMAGE']], audio: [['AUDIO']] } as const
const RATIOS = '1:1 1:4 4:1 1:8 8:1 2:3 3:2 3:4 4:3 4:5 5:4 9:16 16:9 21:9'.split(' ')
/** Accepted `imageSize` values by image model; the first match wins. Gemini 2 accepts none. */
const SIZES: readonly (readonly [ids: RegExp, sizes: readonly string[]])[] = [
  [/^gemini-2/, []],
  [/-flash-lite-image/, ['1K']],
  [/-pro-image/, ['1K', '2K', '4K']],
  [/./, ['512', '1K', '2K', '4K']],
]
const MIME_TYPES = ['text/plain', 'application/json', 'text/x.enum']

/** True for Gemini 1 to 2.5: only these support several candidates and log probabilities. */
const isOld = ({ generation }: Model): boolean => ['1', '2', '2.5'].includes(generation)

/**
 * Checks `generationConfig` for a model.
 *
 * @throws Refusal 400
 */
export const checkConfig = (request: NativeRequest, model: Model, isStream: boolean): void => {
  const config = request.generationConfig ?? {}
  checkNumbers(config, model)
  checkLimit(request, config, model, isStream)
  checkModalities(config, model)
  checkSchemas(config)
  checkThinking(config.thinkingConfig ?? {}, model)
}

function checkNumbers(config: GenerationConfig, model: Model): void {
  checkRange('temperature', config.temperature, 0, 2)
  checkRange('top_p', config.topP, 0, 1)
  if (config.topK !== undefined && config.topK < 1) throw generateError('generation_config.top_k', 'top_k must be positive.')
  const count = config.candidateCount ?? 1
  if (count > 1 && !isOld(model)) throw refusal('multiple-candidates')
  if (count < 1 || count > 8) throw generateError('generation_config.candidate_count', 'candidate_count must be in the range [1, 8].')
  const takesPenalty = ['1', '2'].includes(model.generation)
  if (!takesPenalty && [config.presencePenalty, config.frequencyPenalty].some((penalty) => (penalty ?? 0) !== 0)) throw refusal('penalty')
  if ((config.stopSequences?.length ?? 0) > 5)
    throw generateError('generation_config.stop_sequences', 'the number of stop sequences must not be greater than 5.')
  if (config.responseLogprobs !== true && config.logprobs !== undefined)
    throw generateError('generation_config.logprobs', 'logprobs requires response_logprobs.')
  if (config.responseLogprobs === true && !isOld(model)) throw invalidArgument('Logprobs is not enabled for this model')
  checkRange('logprobs', config.logprobs, 0, 20)
}

function checkRange(name: string, value: number | undefined, low: number, high: number): void {
  if (value === undefined || (value >= low && value <= high)) return
  throw generateError(`generation_config.${name}`, `${name} must be in the range [${low}.0, ${high}.0].`)
}

/** Checks `maxOutputTokens`. The model's maximum does not apply to streams and continuations. */
function checkLimit(request: NativeRequest, { maxOutputTokens: limit }: GenerationConfig, model: Model, isStream: boolean): void {
  if (limit === undefined) return
  if (limit < 1) throw generateError('generation_config.max_output_tokens', 'max_output_tokens must be positive.')
  if (!isStream && request.continuationToken === undefined && limit > model.maxUnstreamedTokens)
    throw invalidArgument(`max_output_tokens must not exceed ${model.maxUnstreamedTokens} without a continuation token.`)
}

function checkModalities(config: GenerationConfig, model: Model): void {
  const asked = [...(config.responseModalities ?? [])].map(String).sort()
  const known: readonly (readonly string[])[] = MODALITIES[model.makes]
  const isDefault = asked.length === 0 && model.makes !== 'audio'
  if (!isDefault && !known.some((set) => [...set].sort().join() === asked.join())) {
    const sets = known.map((set) => `* ${set.join(', ')}\n`).join('')
    throw invalidArgument(
      `The requested combination of response modalities (${asked.join(', ') || 'TEXT'}) is not supported by the model. models/${model.id} accepts the following combinations of response modalities:\n${sets}`,
    )
  }
  if (config.imageConfig !== undefined) checkImage(config.imageConfig, model)
  if (config.mediaResolution !== undefined && model.makes === 'image')
    throw invalidArgument(`Media resolution is not enabled for models/${model.id}`)
  if (config.speechConfig !== undefined && model.makes !== 'audio')
    throw invalidArgument(`Speech config is not enabled for models/${model.id}`)
}

function checkImage({ aspectRatio, imageSize }: NonNullable<GenerationConfig['imageConfig']>, model: Model): void {
  if (model.makes !== 'image') throw invalidArgument(`Image config is not enabled for models/${model.id}`)
  if (aspectRatio !== undefined && !RATIOS.includes(aspectRatio)) throw invalidArgument(`Invalid aspect ratio: ${aspectRatio}`)
  const sizes = SIZES.find(([ids]) => ids.test(model.id))?.[1] ?? []
  if (imageSize !== undefined && !sizes.includes(imageSize)) throw invalidArgument(`Invalid image size: ${imageSize}`)
}

function checkSchemas(config: GenerationConfig): void {
  const { responseMimeType: type, responseSchema, responseJsonSchema } = config
  if (type !== undefined && !MIME_TYPES.includes(type))
    throw generateError(
      'generation_config.response_mime_type',
      `allowed mimetypes are ${MIME_TYPES.map((name) => `\`${name}\``).join(', ')}.`,
    )
  if (responseSchema !== undefined && responseJsonSchema !== undefined)
    throw invalidArgument('Only one of response_schema and response_json_schema can be set.')
  if ((responseSchema !== undefined || responseJsonSchema !== undefined) && (type === undefined || type === 'text/plain'))
    throw generateError('generation_config.response_mime_type', 'response_mime_type must be application/json or text/x.enum with a schema.')
}

function checkThinking(config: NonNullable<GenerationConfig['thinkingConfig']>, model: Model): void {
  const { thinkingLevel: level, thinkingBudget: budget, includeThoughts } = config
  if (level !== undefined && budget !== undefined) throw invalidArgument('You can only set only one of thinking budget and thinking level.')
  if (level !== undefined) checkLevel(level.toLowerCase(), model)
  if (budget !== undefined) checkBudget(budget, model)
  if (budget === 0 && includeThoughts === true)
    throw invalidArgument('Thinking_config.include_thoughts is only enabled when thinking is enabled.')
}

function checkLevel(level: string, model: Model): void {
  if (model.levels.length === 0) throw refusal('thinking-level')
  const isMapped = model.mappedLevels.some((known) => known === level)
  if (model.levels.some((known) => known === level) && !isMapped) return
  throw refusal('thinking-level-minimal', `Thinking level ${level.toUpperCase()} is not supported for this model`)
}

/** Checks a thinking budget: Gemini 3.x accepts any, Gemini 4 and Gemma 4 accept none. */
function checkBudget(budget: number, model: Model): void {
  if (model.refusesBudget) throw invalidArgument('Thinking budget is not supported for this model. Use thinking level instead.')
  if (model.generation === 'gemma') throw invalidArgument('Thinking budget is not supported for this model.')
  if (model.generation !== '2.5' || budget === -1) return
  if (budget === 0 && !model.canStopThinking) throw refusal('thinking-budget-zero')
  if (budget !== 0 && (budget < model.minBudget || budget > model.maxBudget))
    throw invalidArgument(
      `The thinking budget ${budget} is invalid. Please choose a value between ${model.minBudget} and ${model.maxBudget}.`,
    )
}
