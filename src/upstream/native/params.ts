const EXTRA_PREFIX = 'extra_body.google'

/** Patterns of field paths in Google's requests, with the client's parameter for each field. */
const PARAMS: readonly (readonly [field: RegExp, param: string])[] = [
  // The parameters have no array indexes: the client's request and Google's may differ in them.
  [/^(?:contents|system_instruction)\b/, 'messages'],
  [/^tools\b/, 'tools'],
  [/^tool_config\b/, 'tool_choice'],
  [/^safety_settings\b/, `${EXTRA_PREFIX}.safety_settings`],
  [/^cached_content$/, `${EXTRA_PREFIX}.cached_content`],
  [/^service_tier$/, 'service_tier'],
  [/^generation_config\.max_output_tokens$/, 'max_tokens'],
  [/^generation_config\.temperature$/, 'temperature'],
  [/^generation_config\.top_p$/, 'top_p'],
  [/^generation_config\.top_k$/, `${EXTRA_PREFIX}.top_k`],
  [/^generation_config\.stop_sequences\b/, 'stop'],
  [/^generation_config\.seed$/, 'seed'],
  [/^generation_config\.presence_penalty$/, 'presence_penalty'],
  [/^generation_config\.frequency_penalty$/, 'frequency_penalty'],
  [/^generation_config\.response_logprobs$/, 'logprobs'],
  [/^generation_config\.logprobs$/, 'top_logprobs'],
  [/^generation_config\.response_(?:mime_type|schema|json_schema)\b/, 'response_format'],
  [/^generation_config\.response_modalities\b/, 'modalities'],
  [/^generation_config\.image_config\b/, 'image_config'],
  [/^generation_config\.media_resolution$/, `${EXTRA_PREFIX}.media_resolution`],
  // A refused level is the client's own: the proxy converts `reasoning_effort` to a valid level.
  [/^generation_config\.thinking_config\.thinking_level$/, `${EXTRA_PREFIX}.thinking_config.thinking_level`],
  [/^requests\[\d+\]\.output_dimensionality$/, 'dimensions'],
  [/^requests\[\d+\]\.content\b/, 'input'],
  [/^(?:requests\[\d+\]\.)?model$/, 'model'],
]

const toProtoPath = (path: string): string => path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/**
 * Translates a field path of the native API to the client's parameter. Google's error messages
 * spell paths in camelCase or in snake_case.
 *
 * @returns null for a field that no single parameter sets, such as `thinking_config`
 */
export function fromNativeParam(path: string): string | null {
  const field = toProtoPath(path).replace(/^\w*_request\./, '')
  return PARAMS.find(([pattern]) => pattern.test(field))?.[1] ?? null
}
