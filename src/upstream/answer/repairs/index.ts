import type { Ordered } from '../../../contract/repair.js'
import type { AnswerRepair } from './context.js'
import { finishReason, finishToolCalls, refusal } from './finish.js'
import { extraContent, thoughts } from './thoughts.js'
import { toolCallArguments, toolCallId, toolCallIndex } from './toolCalls.js'

/** All repairs of answers in their order, each with the constraint behind its position. */
export const ANSWER_REPAIRS: readonly Ordered<AnswerRepair>[] = [
  { ...toolCallIndex, order: 'Before `tool-call-id` and `tool-call-arguments`, which look up a call by its index.' },
  { ...toolCallId, order: 'After `tool-call-index`, which chooses the id.' },
  { ...toolCallArguments, order: 'After `tool-call-index`, which collects the arguments.' },
  { ...thoughts, order: 'Before `extra-content`, which removes the mark of a thought, and `refusal`, which looks for content.' },
  { ...extraContent, order: 'After `thoughts`.' },
  { ...finishReason, order: "Before `finish-tool-calls` and `refusal`, which read OpenAI's reasons." },
  { ...finishToolCalls, order: 'After `tool-call-index`, which counts the calls, and `finish-reason`.' },
  { ...refusal, order: 'After `tool-call-index`, `thoughts` and `finish-reason`: an answer with content is not withheld.' },
]
