import { invalidArgument, refusal } from '../errors.js'
import type { Model } from '../models.js'
import { isValidSignature, PLACEHOLDERS } from '../signatures.js'
import type { NativeContent, NativePart } from './wire.js'

/** The first of {@link PLACEHOLDERS} as base64: Google was observed to accept this form, too. */
const ENCODED = Buffer.from('skip_thought_signature_validator').toString('base64')

/** Makes the text that is signed for a function call after a tool that Google ran itself. */
export const afterTools = (name: string, toolCallId: string): string => `${name} after ${toolCallId}`

/** Makes the text that is signed for a toolCall or toolResponse part. */
export const ofTool = (id: string): string => `tool ${id}`

/**
 * Checks the signatures in the history of Gemini 3.x: in the current turn, the first call of each
 * step must have one. Gemini 4 also refuses wrong signatures of earlier turns.
 *
 * @throws Refusal 400
 */
export const checkNativeSignatures = (contents: readonly NativeContent[], model: Model): void => {
  const start = contents.findLastIndex(isUserTurn)
  contents.forEach((content, index) => {
    const isCurrent = index > start
    if (content.role !== 'model' || !(isCurrent || model.refusesBudget)) return
    checkStep(content, index, isCurrent)
  })
}

/** True if a content begins a turn: it is from the user and has no function results. */
export const isUserTurn = ({ role, parts = [] }: NativeContent): boolean =>
  role !== 'model' && role !== 'function' && parts.some((part) => part.functionResponse === undefined) && !parts.some(isResult)

const isResult = (part: NativePart): boolean => part.functionResponse !== undefined

function checkStep({ parts = [] }: NativeContent, index: number, isCurrent: boolean): void {
  const toolIds = parts.flatMap(({ toolCall }) => toolCall?.id ?? [])
  const first = parts.find(({ functionCall }) => functionCall !== undefined)
  for (const part of parts) {
    const signature = part.thoughtSignature ?? ''
    const { functionCall: call, toolCall, toolResponse } = part
    const tool = toolCall ?? toolResponse
    if (tool !== undefined) {
      if (signature === '' && isCurrent) throw missingSignature(tool.toolType ?? '', index)
      if (signature !== '' && !isOf(signature, [ofTool(tool.id ?? '')])) throw invalid()
    } else if (call !== undefined) {
      const { name = '' } = call
      if (signature === '' && part === first && isCurrent) throw missingSignature(name, index)
      if (signature !== '' && !isOf(signature, [name, ...toolIds.map((id) => afterTools(name, id))])) throw invalid()
    }
  }
  const unanswered = toolIds.find((id) => !parts.some(({ toolResponse }) => toolResponse?.id === id))
  if (unanswered !== undefined) throw invalidArgument(`toolCall ${unanswered} has no toolResponse in the same content.`)
}

// A signature may also be base64url, which Google's SDK for Python sends.
const isOf = (sent: string, subjects: readonly string[]): boolean => {
  if (PLACEHOLDERS.includes(sent)) return true
  const signature = sent.replaceAll('-', '+').replaceAll('_', '/')
  return signature === ENCODED || subjects.some((subject) => isValidSignature(signature, subject))
}

const invalid = (): Error => invalidArgument('Thought signature is not valid')

const missingSignature = (name: string, index: number): Error =>
  refusal(
    'missing-signature',
    `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${index + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
  )
