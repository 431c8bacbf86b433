import type { Behaviour, JsonObject } from '../types.js'
import type { NativeAnswer } from './answer.js'
import type { NativePart } from './wire.js'

/** What the events of an interaction are made of. */
export interface Told {
  /** What is known of the interaction before it is answered. */
  readonly made: JsonObject
  readonly answer: NativeAnswer
  readonly usage: JsonObject
  readonly behaviour: Behaviour
}

/** The steps of an answer without a stream. */
export const stepsOf = (answer: NativeAnswer): JsonObject[] => [
  ...answer.before
    .filter(({ thought }) => thought === true)
    .map(({ text = '' }) => ({ type: 'thought', summary: [{ type: 'text', text }] })),
  ...(answer.texts.length === 0 ? [] : [{ type: 'model_output', content: [{ type: 'text', text: answer.texts.join('') }] }]),
  ...answer.after.flatMap(callStep),
]

/** The events of a stream, each with an id to resume from. */
export function interactionEvents({ made, answer, usage, behaviour }: Told): JsonObject[] {
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
