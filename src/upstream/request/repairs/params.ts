import { omit, pickSetMembers, replaceMember } from '../../../contract/copyOnWrite.js'
import { apiError } from '../../../contract/errors.js'
import type { ChatCompletionRequest } from '../../../contract/types.js'
import { NEEDS_NATIVE_API_TEXT, type UpstreamApi } from '../../../contract/upstreamApi.js'
import { traitsOf } from '../../models/traits.js'
import type { RequestContext, RequestRepair } from './context.js'

const COMPAT_PARAMETERS =
  'model messages temperature top_p max_tokens stop stream stream_options tools tool_choice parallel_tool_calls ' +
  'response_format reasoning_effort service_tier extra_body'
const COMPAT_EXTRAS = 'cached_content thinking_config'

/** Chat parameters that each of Google's APIs takes. Source: recorded traffic, Google's pages. */
const FORWARDED_PARAMETERS: Readonly<Record<UpstreamApi, ReadonlySet<string>>> = {
  compat: new Set(COMPAT_PARAMETERS.split(' ')),
  native: new Set(
    `${COMPAT_PARAMETERS} seed presence_penalty frequency_penalty logprobs top_logprobs modalities image_config audio web_search_options`.split(
      ' ',
    ),
  ),
}
const EXTRA_BODY_FIELDS = new Set(['google'])
const GOOGLE_EXTRAS: Readonly<Record<UpstreamApi, ReadonlySet<string>>> = {
  compat: new Set(COMPAT_EXTRAS.split(' ')),
  native: new Set(`${COMPAT_EXTRAS} top_k safety_settings media_resolution audio_transcription_config`.split(' ')),
}
/** Settings in `extra_body.google` whose value is an object, with the members that Google knows. */
const EXTRA_OBJECTS = {
  thinking_config: new Set(['include_thoughts', 'thinking_budget', 'thinking_level']),
  audio_transcription_config: new Set(['language_codes', 'custom_vocabulary', 'word_timestamp', 'diarization', 'mode']),
} as const
type ExtraObject = keyof typeof EXTRA_OBJECTS

const MAX_CHOICES = 8
// OpenAI's Images API allows at most 10 images per request.
const MAX_IMAGES = 10

/** Refuses unsupported parameters whose removal would change the answer, such as `logprobs`. */
export const impossibleParametersRepair: RequestRepair = {
  name: 'impossible-parameters',
  reason:
    'Few models return log probabilities, images or speech; for the others these parameters are refused, as the answer would lack them.',
  apply: (request, context) => {
    const { upstream, traits, modelId } = context
    if (request.logprobs === true && (upstream === 'compat' || !traits.takesLogprobs)) {
      const message =
        upstream === 'compat'
          ? `Log probabilities ${NEEDS_NATIVE_API_TEXT}, or remove \`logprobs\`.`
          : `${modelId} returns no log probabilities. Remove \`logprobs\`.`
      throw apiError('unsupported_value', message, { param: 'logprobs' })
    }
    if (request.modalities?.includes('image') && (upstream === 'compat' || !traits.makesImages)) {
      const message =
        upstream === 'compat'
          ? `Images in answers ${NEEDS_NATIVE_API_TEXT}, or remove \`image\` from \`modalities\`.`
          : `${modelId} does not generate images. Remove \`image\` from \`modalities\`, or use a model such as gemini-3.1-flash-image.`
      throw apiError('unsupported_value', message, { param: 'modalities' })
    }
    checkSpeech(request, context)
    const most = traits.makesImages ? MAX_IMAGES : MAX_CHOICES
    if ((request.n ?? 1) > most) throw apiError('unsupported_value', `\`n\` must be at most ${most}.`, { param: 'n' })
    return request
  },
}

/**
 * Checks that a request asks for speech if, and only if, its model is a speech model, and that the
 * audio format is supported. @throws 400 `unsupported_value`
 */
function checkSpeech({ modalities, audio, stream }: ChatCompletionRequest, { upstream, traits, modelId }: RequestContext): void {
  if (!modalities?.includes('audio')) {
    if (upstream === 'compat' || traits.speech === undefined) return
    const message = `${modelId} answers with speech only. Use POST /v1/audio/speech, or POST /v1/chat/completions with \`modalities: ["audio"]\`.`
    // The client's API may have no `modalities`: then `model` is the parameter in the error.
    throw apiError('unsupported_value', message, { param: modalities === undefined ? 'model' : 'modalities' })
  }
  if (upstream === 'compat' || traits.speech === undefined) {
    const message =
      upstream === 'compat'
        ? `Spoken answers ${NEEDS_NATIVE_API_TEXT}, or remove \`audio\` from \`modalities\`.`
        : `${modelId} does not generate speech. Remove \`audio\` from \`modalities\`, or use a model such as gemini-3.8-flash-tts.`
    throw apiError('unsupported_value', message, { param: 'modalities' })
  }
  const known = stream === true ? ['pcm16'] : ['wav', 'pcm16']
  if (audio && !known.includes(audio.format)) {
    const message = `\`audio.format\` must be ${known.map((format) => `'${format}'`).join(' or ')}${stream === true ? ' in a stream' : ''}.`
    throw apiError('unsupported_value', message, { param: 'audio.format' })
  }
}

/** Renames `max_completion_tokens` to `max_tokens`. */
export const mergeTokenLimitsRepair: RequestRepair = {
  name: 'one-token-limit',
  reason: 'OpenAI has two names for the token limit and accepts both in one request; for Google they are the same field.',
  apply: (request, { ignore }) => {
    const { max_completion_tokens: limit, max_tokens: older } = request
    if (limit === null || limit === undefined) return request
    if (older !== null && older !== undefined && older !== limit) ignore('max_tokens')
    return { ...omit(request, 'max_completion_tokens'), max_tokens: limit }
  },
}

/** Removes the parameters that Google does not know, and those that are null. */
export const unknownParametersRepair: RequestRepair = {
  name: 'unknown-parameters',
  reason: 'Google answers 400 `Unknown name` to every parameter that it does not know, such as `seed`, `user` or `frequency_penalty`.',
  apply: (request, { upstream, ignore }) =>
    pickSetMembers(request, FORWARDED_PARAMETERS[upstream], (name) => {
      // `n` is not ignored: it is served by several upstream calls.
      if (name !== 'n') ignore(name)
    }),
}

const toCamelCase = (name: string): string => name.replace(/_[a-z]/g, ([, letter = '']) => letter.toUpperCase())
const SNAKE_CASE: ReadonlyMap<string, string> = new Map(
  [GOOGLE_EXTRAS.native, ...Object.values(EXTRA_OBJECTS)].flatMap((names) => [...names]).map((name) => [toCamelCase(name), name]),
)

/** Renames settings in camelCase to the snake_case that the API takes, unless both are present. */
function toSnakeCase<T extends object>(value: T, taken: ReadonlySet<string>): T {
  if (!Object.keys(value).some((name) => SNAKE_CASE.has(name))) return value
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined)
  const names = new Set(members.map(([name]) => name))
  const rename = (name: string): string => {
    const known = SNAKE_CASE.get(name) ?? name
    return names.has(known) || !taken.has(known) ? name : known
  }
  // The cast is safe: the contract gives both spellings of a setting the same type.
  return Object.fromEntries(members.map(([name, member]) => [rename(name), member])) as T
}

type Google = NonNullable<NonNullable<ChatCompletionRequest['extra_body']>['google']>

/** Removes the settings in `extra_body` that Google does not know, and those without a value. */
export const extraBodyRepair: RequestRepair = {
  name: 'extra-body',
  reason: 'Google reads its own settings from `extra_body.google` only, in snake_case or camelCase, and answers 400 to an unknown setting.',
  apply: (request, { upstream, ignore }) => {
    const { extra_body: extra } = request
    if (extra === undefined) return request
    const body = pickSetMembers(extra ?? {}, EXTRA_BODY_FIELDS, (name) => ignore(`extra_body.${name}`))
    const google = pickSetMembers(toSnakeCase(body.google ?? {}, GOOGLE_EXTRAS[upstream]), GOOGLE_EXTRAS[upstream], (name) =>
      ignore(`extra_body.google.${name}`),
    )
    const selectIn = <Name extends ExtraObject>(name: Name): Google[Name] | undefined => {
      const { [name]: sent } = google
      const config =
        sent &&
        pickSetMembers(toSnakeCase(sent, EXTRA_OBJECTS[name]), EXTRA_OBJECTS[name], (each) => ignore(`extra_body.google.${name}.${each}`))
      return config && Object.keys(config).length > 0 ? config : undefined
    }
    const known = replaceMember(
      replaceMember(google, 'thinking_config', selectIn('thinking_config')),
      'audio_transcription_config',
      selectIn('audio_transcription_config'),
    )
    return replaceMember(request, 'extra_body', Object.keys(known).length === 0 ? undefined : replaceMember(body, 'google', known))
  },
}

/** Removes `temperature` and `top_p` for models that ignore them. */
export const samplingRepair: RequestRepair = {
  name: 'sampling',
  reason: 'Gemini 4 ignores `temperature` and `top_p` without an error.',
  apply: (request, { modelId, ignore }) => {
    if (!traitsOf(modelId).ignoresSampling) return request
    for (const name of ['temperature', 'top_p'] as const) if (request[name] !== undefined) ignore(name)
    return omit(request, 'temperature', 'top_p')
  },
}

/** Removes a `service_tier` that Google does not know. */
export const serviceTierRepair: RequestRepair = {
  name: 'service-tier',
  reason: "Google supports only the tiers `standard`, `flex` and `priority`, and refuses OpenAI's other tiers.",
  apply: (request, { ignore }) => {
    const tier = request.service_tier
    if (tier === undefined || tier === 'flex' || tier === 'priority' || tier === 'standard') return request
    ignore('service_tier')
    return omit(request, 'service_tier')
  },
}

/** Sets `stream_options.include_usage`, to get the token counts of every stream from Google. */
export const streamUsageRepair: RequestRepair = {
  name: 'stream-usage',
  reason: 'Google counts the tokens of a stream on request only; the log and the metrics need the counts of every stream.',
  apply: (request) => {
    const rest = omit(request, 'stream_options', 'stream')
    return request.stream === true ? { ...rest, stream: true, stream_options: { include_usage: true } } : rest
  },
}
