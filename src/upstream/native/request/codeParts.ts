import { isRecord } from '../../../contract/isRecord.js'
import type { ExtraContent } from '../../../contract/types.js'
import { googleOf } from '../../answer/repairs/context.js'
import type { Part } from '../wire/types.js'

/** Matches a value of Google's enumerations, such as `PYTHON` or `OUTCOME_OK`. */
const ENUM_NAME = /^[A-Z_]{1,64}$/

/**
 * Converts code that Google ran for an earlier answer, and its results, to parts. Reads both from
 * the `extra_content` of a message that the client sends back. Drops code without a result, and
 * items in another format than the client received.
 */
export function toCodeParts(extra: ExtraContent | null | undefined): Part[] {
  const { code_execution: steps } = googleOf(extra)
  if (!Array.isArray(steps)) return []
  const parts = steps.map(toCodePart).filter((part) => part !== undefined)
  return parts.flatMap((part, index) => {
    const next = parts[index + 1]
    return part.executableCode && next?.codeExecutionResult ? [part, next] : []
  })
}

function toCodePart(step: unknown): Part | undefined {
  if (!isRecord(step)) return undefined
  const { executable_code: code, code_execution_result: result } = step
  if (isRecord(code) && typeof code.code === 'string' && isEnumName(code.language)) {
    return { executableCode: { language: code.language, code: code.code, ...toId(code) } }
  }
  if (!isRecord(result) || !isEnumName(result.outcome)) return undefined
  const output = typeof result.output === 'string' ? { output: result.output } : {}
  return { codeExecutionResult: { outcome: result.outcome, ...output, ...toId(result) } }
}

const isEnumName = (value: unknown): value is string => typeof value === 'string' && ENUM_NAME.test(value)

const toId = ({ id }: Readonly<Record<string, unknown>>): { id?: string } => (typeof id === 'string' ? { id } : {})
