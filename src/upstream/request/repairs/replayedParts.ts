import { isRecord } from '../../../contract/isRecord.js'
import type { RequestMessage } from '../../../contract/types.js'
import { googleOf } from '../../answer/repairs/context.js'
import { recordOf } from './calls.js'
import type { RequestRepair } from './context.js'
import { callsOf, mapMessages } from './message.js'

/**
 * Adds to an assistant message the parts that Gemini sent besides text and calls: they are in the
 * record of its first call.
 */
export const replayedPartsRepair: RequestRepair = {
  name: 'replayed-parts',
  reason: "Gemini requires the calls of Google's own tools back, with their signatures, and OpenAI's messages have no field for them.",
  apply: mapMessages((message, _, context): RequestMessage => {
    const [first] = callsOf(message)
    // Another model cannot read the signatures, and none may be sent after Gemini has refused one.
    if (message.role !== 'assistant' || first === undefined || context.areSignaturesRefused) return message
    const record = recordOf(first, context)
    if (record?.parts === undefined || record.model !== context.modelId) return message
    const google = { ...message.extra_content?.google, parts: record.parts }
    return { ...message, extra_content: { google } }
  }),
}

/** Returns the parts of an answer that {@link replayedPartsRepair} has added to its message. */
export function replayedPartsOf(message: RequestMessage): readonly object[] | undefined {
  const parts = message.role === 'assistant' ? googleOf(message.extra_content).parts : undefined
  // Only lists of objects are stored.
  return Array.isArray(parts) ? parts.filter(isRecord) : undefined
}
