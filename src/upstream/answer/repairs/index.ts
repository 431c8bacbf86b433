import type { OrderedRepair } from '../../../contract/repair.js'
import { clientNamesRepair } from './clientNames.js'
import type { AnswerRepair } from './context.js'
import { continuationRepair } from './continuation.js'
import { finishReasonRepair, finishToolCallsRepair, refusalRepair } from './finish.js'
import { functionCallRepair } from './functionCall.js'
import { extraContentRepair, thoughtsRepair } from './thoughts.js'
import { toolCallArgumentsRepair, toolCallIdRepair, toolCallIndexRepair } from './toolCalls.js'

/** All answer repairs in the order in which they run, each with the reason for its position. */
export const ANSWER_REPAIRS: readonly OrderedRepair<AnswerRepair>[] = [
  { ...functionCallRepair, order: 'Before `client-names` and `tool-call-index`, which read tool calls.' },
  { ...clientNamesRepair, order: 'Before `tool-call-index`, which records the name of each call.' },
  { ...toolCallIndexRepair, order: 'Before `tool-call-id` and `tool-call-arguments`, which look up a call by its index.' },
  { ...toolCallIdRepair, order: 'After `tool-call-index`, which chooses the id.' },
  { ...thoughtsRepair, order: 'Before `extra-content`, which removes the flag of a thought, and `refusal`, which looks for content.' },
  { ...extraContentRepair, order: 'After `thoughts`, which needs the flag that this repair removes.' },
  { ...continuationRepair, order: 'Anywhere: no other repair handles the finish reason `CONTINUATION`.' },
  { ...finishReasonRepair, order: "Before `tool-call-arguments`, `finish-tool-calls` and `refusal`, which read OpenAI's reasons." },
  { ...toolCallArgumentsRepair, order: 'After `tool-call-index`, which collects the arguments, and `finish-reason`.' },
  { ...finishToolCallsRepair, order: 'After `tool-call-index`, which counts the calls, and `finish-reason`.' },
  { ...refusalRepair, order: 'After `tool-call-index`, `thoughts` and `finish-reason`: an answer with content is not withheld.' },
]
