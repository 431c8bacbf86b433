import { invalidArgument, refusal } from '../errors.js'
import type { Model } from '../models.js'
import { PLACEHOLDERS } from '../signatures.js'
import { checkTakesInstructions } from '../turns.js'
import { generateError } from '../wire.js'
import { PART_DATA } from './fields.js'
import { checkMedia } from './media.js'
import { checkNativeSignatures } from './signatures.js'
import type { NativeContent, NativePart, NativeRequest } from './wire.js'

const RESULT_COUNT =
  'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.'
const RESULT_TURN = 'Please ensure that function response turn comes immediately after a function call turn.'

/**
 * Checks contents and system instruction as Gemini does.
 *
 * @throws Refusal 400
 */
export const checkContents = (request: NativeRequest, model: Model): void => {
  const { contents = [], systemInstruction } = request
  const turns = toTurns(contents)
  if (systemInstruction !== undefined) checkSystem(systemInstruction, model)
  if (contents.length === 0) throw refusal('no-contents')
  contents.forEach((content, index) => {
    checkRole(content, model)
    checkParts(content, index, model)
  })
  turns.forEach((turn, index) => {
    checkCalls(turn, turns[index - 1], turns[index + 1])
    checkResults(turn, turns[index - 1], model)
  })
  const last = contents.at(-1)
  if (last?.role === 'model' && model.refusesPrefill)
    throw refusal('model-turn-last', 'Requests ending with a model turn are not supported.')
  if (model.generation === '3' && model.makes === 'text') checkNativeSignatures(turns, model)
}

/** Joins consecutive contents of the model: Google was observed to treat them as one step. */
export const toTurns = (contents: readonly NativeContent[]): readonly NativeContent[] => {
  const turns: NativeContent[] = []
  for (const content of contents) {
    const last = turns.at(-1)
    if (last?.role === 'model' && content.role === 'model')
      turns[turns.length - 1] = { role: 'model', parts: [...(last.parts ?? []), ...(content.parts ?? [])] }
    else turns.push(content)
  }
  return turns
}

function checkSystem({ parts = [] }: NativeContent, model: Model): void {
  checkTakesInstructions(model)
  if (parts.some((part) => part.text === undefined)) throw invalidArgument('System instruction only supports text parts.')
}

function checkRole({ role = '' }: NativeContent, model: Model): void {
  const known = model.refusesPrefill ? ['', 'user', 'model'] : ['', 'user', 'model', 'function']
  if (!known.includes(role)) throw invalidArgument('Please use a valid role: user, model.')
}

function checkParts({ parts = [] }: NativeContent, index: number, model: Model): void {
  if (parts.length === 0) throw generateError(`contents[${index}].parts`, 'contents.parts must not be empty.')
  parts.forEach((part, at) => {
    const path = `contents[${index}].parts[${at}]`
    if (PART_DATA.every((name) => part[name] === undefined))
      throw generateError(`${path}.data`, "required oneof field 'data' must have one initialized field")
    checkMedia(part, path, model)
  })
}

/** Returns the calls that the client must answer. Google itself answers calls of MCP servers. */
export const callsOf = (content: NativeContent | undefined): readonly NonNullable<NativePart['functionCall']>[] => {
  if (content?.role !== 'model') return []
  const answered = resultsOf(content).map(({ name }) => name)
  return (content.parts ?? []).flatMap(({ functionCall: call }) => (call === undefined || answered.includes(call.name) ? [] : [call]))
}

export const resultsOf = (content: NativeContent | undefined): readonly NonNullable<NativePart['functionResponse']>[] =>
  (content?.parts ?? []).flatMap(({ functionResponse: result }) => result ?? [])

function checkCalls(content: NativeContent, before: NativeContent | undefined, after: NativeContent | undefined): void {
  const calls = callsOf(content)
  if (calls.length === 0) return
  if (before === undefined) throw refusal('function-call-turn')
  // Calls in the last content have no results yet; checkContents() may refuse a last model turn.
  if (after !== undefined && resultsOf(after).length !== calls.length) throw invalidArgument(RESULT_COUNT)
}

function checkResults(content: NativeContent, before: NativeContent | undefined, model: Model): void {
  const results = resultsOf(content)
  if (results.length === 0 || content.role === 'model') return
  const calls = callsOf(before)
  if (calls.length === 0) throw invalidArgument(RESULT_TURN)
  results.forEach((result, index) => {
    const call = calls[index]
    if (call?.name !== result.name) throw invalidArgument(`functionResponse.name does not match functionCall.name: ${result.name ?? ''}`)
    if (model.generation !== '3' || call?.id === result.id) return
    // Models up to 3.5 Flash were observed to accept a call or result without an id.
    if (model.refusesPrefill || (call?.id !== undefined && result.id !== undefined))
      throw invalidArgument('functionResponse.id does not match functionCall.id')
  })
}

/** Returns whether any part has a signature that is not a placeholder. */
export const hasNativeSignature = ({ contents }: NativeRequest): boolean =>
  (contents ?? [])
    .flatMap(({ parts }) => parts ?? [])
    .some(({ thoughtSignature: signature }) => signature !== undefined && signature !== '' && !PLACEHOLDERS.includes(signature))
