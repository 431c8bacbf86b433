import type { Behaviour } from '../types.js'

/** Finish reasons that the compatible API reports as `function_call_filter`. */
const CALL_FINISH_REASONS = [
  'MALFORMED_FUNCTION_CALL',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
  'MALFORMED_RESPONSE',
  'MISSING_THOUGHT_SIGNATURE',
]
const KNOWN: { readonly [finish: string]: string } = { stop: 'STOP', tool_calls: 'STOP', length: 'MAX_TOKENS', content_filter: 'SAFETY' }
const SCRIPTED: { readonly [finish: string]: string } = { STOP: 'stop', MAX_TOKENS: 'length' }

/** Replaces a behaviour's native finish reason by the compatible API's, for the generator. */
export const plannedFinish = (behaviour: Behaviour): Behaviour => {
  const { finish } = behaviour
  if (finish === undefined || finish !== finish.toUpperCase()) return behaviour
  const prefix = CALL_FINISH_REASONS.includes(finish) ? 'function_call_filter' : 'content_filter'
  return { ...behaviour, finish: SCRIPTED[finish] ?? `${prefix}: ${finish}` }
}

/** Converts a finish reason of the compatible API to that of the native API. */
export const nativeFinish = (finish: string): string => KNOWN[finish] ?? finish.replace(/^(?:content|function_call)_filter: /, '')

/** Returns the `finishMessage` that Google sends with some finish reasons. */
export const finishMessageOf = (finish: string, hasCalls: boolean): string | undefined => {
  if (finish === 'STOP') return hasCalls ? 'Model generated function call(s).' : undefined
  if (finish === 'MALFORMED_FUNCTION_CALL') return 'Malformed function call: print(default_api.unknown('
  if (finish === 'UNEXPECTED_TOOL_CALL') return 'Unexpected tool call: unknown'
  if (finish.startsWith('IMAGE_')) return 'Unable to show the generated image. Try rephrasing the prompt. Support codes: 17301594'
  return undefined
}
