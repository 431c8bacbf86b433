import type { AnswerRepair } from './context.js'
import { FINISH_REPAIRS } from './finish.js'
import { THOUGHT_REPAIRS } from './thoughts.js'
import { TOOL_CALL_REPAIRS } from './toolCalls.js'

/** All repairs of answers, in the order in which they apply. */
export const ANSWER_REPAIRS: readonly AnswerRepair[] = [...TOOL_CALL_REPAIRS, ...THOUGHT_REPAIRS, ...FINISH_REPAIRS]
