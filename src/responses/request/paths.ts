import type { MessageLocation } from './conversation.js'

/** Pairs of a chat parameter and its name in the client's API; longer paths first. */
export type RenamedParams = readonly (readonly [chat: string, client: string])[]

const PARAM_NAMES: RenamedParams = [
  ['messages', 'input'],
  ['response_format.json_schema', 'text.format'],
  ['response_format', 'text.format'],
  ['reasoning_effort', 'reasoning.effort'],
  ['max_completion_tokens', 'max_output_tokens'],
  ['max_tokens', 'max_output_tokens'],
  ['tool_choice.allowed_tools', 'tool_choice'],
  ['tool_choice.function', 'tool_choice'],
]

const MESSAGE_PATH = /^messages\[(\d+)\](?:\.content\[(\d+)\])?(.*)$/
const CALL_PATH = /^\.tool_calls\[(\d+)\](?:\.function)?(.*)$/
const TOOL_PATH = /^tools\[(\d+)\](?:\.function)?(.*)$/

/**
 * Makes a function that maps a path of the chat request to the client's request, such as
 * `messages[1].content[0]` to `input[0].content[0]`.
 *
 * @param messages - the client's paths of each chat message
 * @param tools - the client's path of each chat tool
 * @param names - renamed parameters; by default the Responses API's
 */
export function makePathRenamer(
  messages: readonly MessageLocation[],
  tools: readonly string[],
  names: RenamedParams = PARAM_NAMES,
): (path: string) => string {
  return (path) => {
    const [, message, part, rest = ''] = MESSAGE_PATH.exec(path) ?? []
    if (message !== undefined) return toItemPath(messages[Number(message)], part, rest)
    const [, tool, within = ''] = TOOL_PATH.exec(path) ?? []
    if (tool !== undefined) return `${tools[Number(tool)] ?? 'tools'}${within}`
    const known = names.find(([chat]) => path === chat || path.startsWith(`${chat}.`) || path.startsWith(`${chat}[`))
    return known === undefined ? path : `${known[1]}${path.slice(known[0].length)}`
  }
}

function toItemPath(message: MessageLocation | undefined, part: string | undefined, rest: string): string {
  if (message === undefined) return 'input'
  const [, call, within = ''] = CALL_PATH.exec(rest) ?? []
  const callPath = message.calls[Number(call)]
  // The path of a call in the previous response is `previous_response_id`. Nothing is appended to
  // it, because this request does not contain the call.
  if (callPath !== undefined) return callPath.endsWith(']') ? `${callPath}${within}` : callPath
  if (part === undefined) return rest === '.content' ? `${message.path}${rest}` : message.path
  const found = message.parts[Number(part)]
  if (found === undefined) return message.path
  return rest === '' ? found.path : (found.mediaPath ?? `${found.path}${rest}`)
}
