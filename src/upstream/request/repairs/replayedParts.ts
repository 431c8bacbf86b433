import { isRecord } from '../../../contract/isRecord.js'
import type { RequestMessage } from '../../../contract/types.js'
import { googleOf } from '../../answer/repairs/context.js'
import { findCallRecord } from './calls.js'
import type { RequestRepair } from './context.js'
import { callsOf, mapMessages } from './message.js'

/**
 * Adds the stored parts of Gemini's answer to the assistant message that repeats it, if Gemini
 * needs more of them than text and tool calls. The record of the first tool call contains them.
 */
export const replayedPartsRepair: RequestRepair = {
  name: 'replayed-parts',
  reason: "Gemini requires the calls of Google's own tools back, with their signatures, and OpenAI's messages have no field for them.",
  apply: mapMessages((message, _, context): RequestMessage => {
    const [first] = callsOf(message)
    // Stored parts have signatures: send none to another model, or after Gemini has refused one.
    if (message.role !== 'assistant' || first === undefined || context.areSignaturesRefused) return message
    const record = findCallRecord(first, context)
    if (record?.parts === undefined || record.model !== context.modelId) return message
    const google = { ...message.extra_content?.google, parts: record.parts }
    return { ...message, extra_content: { google } }
  }),
}

/** Returns the Gemini parts that {@link replayedPartsRepair} added to a message; else undefined. */
export function replayedPartsOf(message: RequestMessage): readonly object[] | undefined {
  const parts = message.role === 'assistant' ? googleOf(message.extra_content).parts : undefined
  // The filter only narrows the type: all stored parts are objects.
  return Array.isArray(parts) ? parts.filter(isRecord) : undefined
}
