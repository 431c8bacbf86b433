import type { ResponseRequest } from '../../contract/types.js'

/** Parameters of a response request that have an effect or are refused; others are ignored. */
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
/** The only value of each parameter that the proxy implements; others are reported as ignored. */
const IMPLEMENTED_VALUES: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['truncation', 'disabled'],
  ['top_logprobs', 0],
])
/** Supported fields of `text` and `reasoning`; Gemini has no verbosity. */
const KNOWN_OPTIONS = { text: new Set(['format']), reasoning: new Set(['effort', 'summary', 'generate_summary']) } as const
const KNOWN_INCLUDES = new Set(['reasoning.encrypted_content'])
const GOOGLE_INCLUDES = new Set(['web_search_call.action.sources', 'code_interpreter_call.outputs'])

/**
 * Returns the paths of parameters that are accepted and have no effect.
 *
 * @param hasGoogleTools - true if Google-executed tools are available
 */
export function findIgnoredParams(request: ResponseRequest, hasGoogleTools: boolean): string[] {
  const unknown = namesOf(request).filter((name) => !KNOWN_PARAMS.has(name) && IMPLEMENTED_VALUES.get(name) !== Reflect.get(request, name))
  const isKnown = (each: string): boolean => KNOWN_INCLUDES.has(each) || (hasGoogleTools && GOOGLE_INCLUDES.has(each))
  const includes = (request.include ?? []).flatMap((each, index) => (isKnown(each) ? [] : [`include[${index}]`]))
  const options = (['text', 'reasoning'] as const).flatMap((member) =>
    namesOf(request[member] ?? {}).flatMap((name) => (KNOWN_OPTIONS[member].has(name) ? [] : [`${member}.${name}`])),
  )
  return [...unknown, ...includes, ...options]
}

/** Returns the names of the fields that are neither undefined nor null. */
const namesOf = (object: object): string[] =>
  Object.entries(object).flatMap(([name, value]) => (value === undefined || value === null ? [] : [name]))
