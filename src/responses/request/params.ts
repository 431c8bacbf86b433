import type { ResponseRequest } from '../../contract/types.js'

/** Parameters that have an effect, or that are handled by other files of this folder. */
const KNOWN_PARAMS = new Set([
  'model',
  'input',
  'instructions',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'max_output_tokens',
  'temperature',
  'top_p',
  'include',
  'metadata',
  'store',
  'previous_response_id',
  'background',
  'conversation',
  'prompt',
  'service_tier',
  'extra_body',
])
/** Values that equal the behaviour of the proxy. */
const NO_EFFECT: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['truncation', 'disabled'],
  ['top_logprobs', 0],
])
/** Of `text`; Gemini has no verbosity. */
const KNOWN_TEXT_OPTIONS = new Set(['format'])
const KNOWN_INCLUDES = new Set(['reasoning.encrypted_content'])
const GOOGLE_INCLUDES = new Set(['web_search_call.action.sources', 'code_interpreter_call.outputs'])

/**
 * Returns the paths of the parameters that are accepted and have no effect.
 *
 * @param hasGoogleTools - true if there may be tools that Google executes
 */
export function findIgnoredParams(request: ResponseRequest, hasGoogleTools: boolean): string[] {
  const unknown = namesOf(request).filter((name) => !KNOWN_PARAMS.has(name) && NO_EFFECT.get(name) !== Reflect.get(request, name))
  const isKnown = (each: string): boolean => KNOWN_INCLUDES.has(each) || (hasGoogleTools && GOOGLE_INCLUDES.has(each))
  const includes = (request.include ?? []).flatMap((each, index) => (isKnown(each) ? [] : [`include[${index}]`]))
  const textOptions = namesOf(request.text ?? {}).filter((name) => !KNOWN_TEXT_OPTIONS.has(name))
  return [...unknown, ...includes, ...textOptions.map((name) => `text.${name}`)]
}

/** Returns the names of the members that have a value. */
const namesOf = (object: object): string[] =>
  Object.entries(object).flatMap(([name, value]) => (value === undefined || value === null ? [] : [name]))
