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
const KNOWN_INCLUDES = new Set(['reasoning.encrypted_content'])

/** Returns the paths of the parameters that are accepted and have no effect. */
export function findIgnoredParams(request: ResponseRequest): string[] {
  const unknown = Object.entries(request).flatMap(([name, value]) =>
    KNOWN_PARAMS.has(name) || value === undefined || value === null || NO_EFFECT.get(name) === value ? [] : [name],
  )
  const includes = (request.include ?? []).flatMap((each, index) => (KNOWN_INCLUDES.has(each) ? [] : [`include[${index}]`]))
  return [...unknown, ...includes, ...(request.text?.verbosity ? ['text.verbosity'] : [])]
}
