import type { MessageRequest } from '../../contract/types.js'
import { isKnownEffort } from './thinking.js'

/** The supported fields of a request, by the path of the object that contains them. */
const SUPPORTED_MESSAGE_FIELDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    '',
    new Set([
      ...['model', 'messages', 'system', 'tools', 'tool_choice', 'max_tokens', 'stream', 'stop_sequences', 'temperature', 'top_p'],
      ...['top_k', 'thinking', 'output_config', 'output_format'],
    ]),
  ],
  ['output_config', new Set(['effort', 'format'])],
])

/** Calls `ignore` for parameters whose values have no effect, such as an unknown effort. */
export function ignoreUnknownValues(
  { output_config: config, top_k }: Pick<MessageRequest, 'output_config' | 'top_k'>,
  ignore: (path: string) => void,
): void {
  const effort = config?.effort
  if (effort !== undefined && effort !== null && !isKnownEffort(effort)) ignore('output_config.effort')
  // `top_k: 0` is not sent: Gemini refuses it, and Anthropic ignores it.
  if (top_k === 0) ignore('top_k')
}

/** Returns the paths of the request's fields that are accepted and have no effect. */
export function findIgnoredFields(request: object): string[] {
  return [...SUPPORTED_MESSAGE_FIELDS].flatMap(([path, known]) => {
    const object: unknown = path === '' ? request : Reflect.get(request, path)
    if (typeof object !== 'object' || object === null) return []
    const names = Object.entries(object).flatMap(([name, value]) =>
      value === undefined || value === null || known.has(name) ? [] : [name],
    )
    return names.map((name) => (path === '' ? name : `${path}.${name}`))
  })
}
