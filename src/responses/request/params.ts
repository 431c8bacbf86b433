import type { UpstreamApi } from '../../config/geminiAddress.js'
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
const KNOWN_INCLUDES: Readonly<Record<UpstreamApi, ReadonlySet<string>>> = {
  compat: new Set(['reasoning.encrypted_content']),
  native: new Set(['reasoning.encrypted_content', 'web_search_call.action.sources', 'code_interpreter_call.outputs']),
}

/** Returns the paths of the parameters that are accepted and have no effect. */
export function findIgnoredParams(request: ResponseRequest, upstream: UpstreamApi): string[] {
  const unknown = namesOf(request).filter((name) => !KNOWN_PARAMS.has(name) && NO_EFFECT.get(name) !== Reflect.get(request, name))
  const includes = (request.include ?? []).flatMap((each, index) => (KNOWN_INCLUDES[upstream].has(each) ? [] : [`include[${index}]`]))
  const textOptions = namesOf(request.text ?? {}).filter((name) => !KNOWN_TEXT_OPTIONS.has(name))
  return [...unknown, ...includes, ...textOptions.map((name) => `text.${name}`)]
}

/** Returns the names of the members that have a value. */
const namesOf = (object: object): string[] =>
  Object.entries(object).flatMap(([name, value]) => (value === undefined || value === null ? [] : [name]))
