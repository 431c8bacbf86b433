import type { Behaviour, JsonObject } from '../types.js'
import type { NativeAnswer } from './answer.js'
import type { NativePart } from './wire.js'

/** The input from which the events of an interaction are made. */
export interface InteractionInput {
  /** The members of the interaction that are known before its answer. */
  readonly made: JsonObject
  readonly answer: NativeAnswer
  readonly usage: JsonObject
  readonly behaviour: Behaviour
}

/** Converts an answer to the `steps` of an interaction. */
export const stepsOf = (answer: NativeAnswer): JsonObject[] => [
  ...answer.before
    .filter(({ thought }) => thought === true)
    .map(({ text = '' }) => ({ type: 'thought', summary: [{ type: 'text', text }] })),
  ...(answer.texts.length === 0 ? [] : [{ type: 'model_output', content: [{ type: 'text', text: answer.texts.join('') }] }]),
  ...answer.after.flatMap(callStep),
]

/** Makes the events of a stream, each with an id from which a client can resume. */
export function interactionEvents({ made, answer, usage, behaviour }: InteractionInput): JsonObject[] {
  const steps = [
    ...answer.before
      .filter(({ thought }) => thought === true)
      .map(({ text = '' }) => ({ step: { type: 'thought' }, deltas: [{ type: 'thought_summary', content: { type: 'text', text } }] })),
    ...(answer.texts.length === 0
      ? []
      : [{ step: { type: 'model_output' }, deltas: answer.texts.map((text) => ({ type: 'text', text })) }]),
    ...answer.after.flatMap(callStep).map(({ arguments: args, ...step }) => ({
      step: { ...step, arguments: {} },
      deltas: [{ type: 'arguments_delta', arguments: JSON.stringify(args) }],
    })),
  ]
  const isCall = answer.after.some(({ functionCall }) => functionCall !== undefined)
  const { id } = made
  const events: JsonObject[] = [
    { interaction: { ...made, status: 'in_progress' }, event_type: 'interaction.created' },
    { ...(id === undefined ? {} : { interaction_id: id }), status: 'in_progress', event_type: 'interaction.status_update' },
    ...steps.flatMap(({ step, deltas }, index) => [
      { index, step, event_type: 'step.start' },
      ...deltas.map((delta) => ({ index, delta, event_type: 'step.delta' })),
      { index, event_type: 'step.stop' },
    ]),
    ...(behaviour.doneWithoutFinish === true
      ? []
      : [{ interaction: { ...made, status: isCall ? 'requires_action' : 'completed', usage }, event_type: 'interaction.completed' }]),
  ]
  return events.map((event, at) => ({ ...event, event_id: `evt_${at + 1}` }))
}

const callStep = ({ functionCall: call }: NativePart): JsonObject[] =>
  call === undefined ? [] : [{ type: 'function_call', id: call.id ?? call.name ?? '', name: call.name, arguments: call.args ?? {} }]
