import type { AnswerRepair } from './context.js'

/** Moves a `function_call`, OpenAI's older format, to `tool_calls`. */
export const functionCallRepair: AnswerRepair = {
  name: 'function-call',
  reason: 'Servers in front of Gemini may answer in the older form `function_call`, and clients would get neither text nor call.',
  apply: (part) => {
    if (!part.message.function_call) return part
    const { function_call: called, ...message } = part.message
    // Some servers send a call both as `function_call` and in `tool_calls`: one is removed.
    if (message.tool_calls && message.tool_calls.length > 0) return { ...part, message }
    return { ...part, message: { ...message, tool_calls: [{ function: called }] } }
  },
}
