import type { RequestRepair } from './context.js'
import { MESSAGE_REPAIRS } from './messages.js'
import { PARAMETER_REPAIRS } from './params.js'
import { SIGNATURE_REPAIRS } from './signatures.js'
import { THINKING_REPAIRS } from './thinking.js'
import { LEGACY_TOOL_REPAIRS, TOOL_REPAIRS } from './tools.js'

/** All repairs of a chat request, in the order in which they apply. */
export const REQUEST_REPAIRS: readonly RequestRepair[] = [
  ...LEGACY_TOOL_REPAIRS,
  ...PARAMETER_REPAIRS,
  ...MESSAGE_REPAIRS,
  ...TOOL_REPAIRS,
  ...THINKING_REPAIRS,
  ...SIGNATURE_REPAIRS,
]
