import type { Answer } from './answer.js'
import type { IssuedCall } from './calls.js'
import { randomText } from './random.js'
import type { Behaviour } from './types.js'

/** Makes a completion id in Google's format, which has no prefix `chatcmpl-`. */
export const newId = (): string => randomText(17, 'base64url')

/** Formats a tool call as Google does: keys in alphabetical order, and no `index`. */
export const wireCall = (call: IssuedCall): object => ({
  ...(call.signature === undefined ? {} : { extra_content: { google: { thought_signature: call.signature } } }),
  function: { arguments: call.arguments, name: call.name },
  id: call.id,
  type: 'function',
})

/** Formats an answer as a `chat.completion` object. */
export const toCompletion = (answer: Answer, behaviour: Behaviour): object => ({
  choices: [
    {
      finish_reason: answer.finish,
      index: 0,
      ...(hasMessage(answer, behaviour) ? { message: messageOf(answer, behaviour) } : {}),
    },
  ],
  created: Math.floor(Date.now() / 1000),
  id: newId(),
  model: answer.model,
  object: 'chat.completion',
  usage: answer.usage,
})

/** True if the choice has a `message`; a choice stopped by the content filter has none. */
const hasMessage = (answer: Answer, behaviour: Behaviour): boolean =>
  !(behaviour.omitMessage ?? (answer.finish.startsWith('content_filter') && answer.text === undefined))

function messageOf(answer: Answer, behaviour: Behaviour): object {
  const content = contentOf(answer)
  const extra = extraOf(answer, behaviour)
  const signature = behaviour.messageSignature === true ? extra?.thought_signature : undefined
  return {
    ...(content === undefined ? {} : { content }),
    ...(extra === undefined ? {} : { extra_content: { google: extra } }),
    role: 'assistant',
    ...(signature === undefined ? {} : { thought_signature: signature }),
    ...(answer.calls.length === 0 ? {} : { tool_calls: answer.calls.map(wireCall) }),
  }
}

function contentOf(answer: Answer): string | undefined {
  const text = answer.text === undefined ? undefined : [...answer.deltas].join('')
  if (answer.thoughts.length === 0) return text
  return `<thought>${answer.thoughts.join('')}</thought>${text ?? ''}`
}

function extraOf(answer: Answer, behaviour: Behaviour): { readonly thought?: true; readonly thought_signature?: string } | undefined {
  const signature = answer.signature ?? (behaviour.messageSignature === true ? newId().repeat(4) : undefined)
  const isThought = answer.thoughts.length > 0 || behaviour.messageSignature === true
  if (signature === undefined && !isThought) return undefined
  return { ...(isThought ? { thought: true as const } : {}), ...(signature === undefined ? {} : { thought_signature: signature }) }
}
