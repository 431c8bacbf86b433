import type { Place } from './conversation.js'

/** Names of the chat that the Responses API has others for, the longer before the shorter. */
const NAMES: readonly (readonly [chat: string, ours: string])[] = [
  ['response_format.json_schema', 'text.format'],
  ['response_format', 'text.format'],
  ['reasoning_effort', 'reasoning.effort'],
  ['max_completion_tokens', 'max_output_tokens'],
  ['max_tokens', 'max_output_tokens'],
  ['tool_choice.allowed_tools', 'tool_choice'],
  ['tool_choice.function', 'tool_choice'],
]

const MESSAGE = /^messages\[(\d+)\](?:\.content\[(\d+)\])?(.*)$/
const TOOL = /^tools\[(\d+)\](?:\.function)?(.*)$/

/** Makes the translation of the chat's paths: `messages[1].content[0]` is what the client has sent as `input[0].content[0]`. */
export function makeRename(places: readonly Place[], tools: readonly string[]): (path: string) => string {
  return (path) => {
    const [, message, part, rest = ''] = MESSAGE.exec(path) ?? []
    if (message !== undefined) return toItemPath(places[Number(message)], part, rest)
    const [, tool, within = ''] = TOOL.exec(path) ?? []
    if (tool !== undefined) return `${tools[Number(tool)] ?? 'tools'}${within}`
    const known = NAMES.find(([chat]) => path === chat || path.startsWith(`${chat}.`))
    return known === undefined ? path : `${known[1]}${path.slice(known[0].length)}`
  }
}

function toItemPath(place: Place | undefined, part: string | undefined, rest: string): string {
  if (place === undefined) return 'input'
  if (part === undefined) return rest === '.content' ? `${place.path}${rest}` : place.path
  const found = place.parts[Number(part)]
  if (found === undefined) return place.path
  return rest === '' ? found.place : (found.medium ?? `${found.place}${rest}`)
}
