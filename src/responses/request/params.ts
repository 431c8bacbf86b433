import type { ResponseRequest } from '../../contract/types.js'

/** What a request says of itself, or has been read elsewhere. */
const KNOWN = new Set([
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
/** Values that ask for nothing. */
const IDLE: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['truncation', 'disabled'],
  ['top_logprobs', 0],
])
const KNOWN_INCLUDES = new Set(['reasoning.encrypted_content'])

/** Names the parameters that are accepted and have no effect. */
export function ignoredParams(request: ResponseRequest): string[] {
  const unknown = Object.entries(request).flatMap(([name, value]) =>
    KNOWN.has(name) || value === undefined || value === null || IDLE.get(name) === value ? [] : [name],
  )
  const includes = (request.include ?? []).flatMap((each, place) => (KNOWN_INCLUDES.has(each) ? [] : [`include[${place}]`]))
  return [...unknown, ...includes, ...(request.text?.verbosity ? ['text.verbosity'] : [])]
}
