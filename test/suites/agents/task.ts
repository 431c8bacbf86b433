import { expect } from 'vitest'
import type { Behaviour, JsonObject } from '../../doubles/simulator/index.js'
import { PLACEHOLDER, signaturesIn } from '../signatures/agent.js'
import type { AgentRun, Desk } from './desk.js'
import { scripted } from './loop.js'
import type { Rota } from './rota.js'

/** A call of an agent's tool. */
interface ToolCall {
  readonly name: string
  readonly arguments: JsonObject
}

/** What every agent can do, as calls of its own tools. */
export interface AgentTools {
  write(file: string, content: string): ToolCall
  read(file: string): ToolCall
  edit(file: string, before: string, after: string): ToolCall
  run(command: string): ToolCall
}

const SCRIPT = 'total=0\nwhile read -r name count; do total=$((total + coun)); done < data.txt\necho "$total"\n'
/** Number of steps of the task. */
export const TASK_STEPS = 10
/** Indexes of steps that leave the files alone, so that running them twice changes nothing. */
const HARMLESS = [0, 2, 5, 9]

/** Ten steps, two of them with two calls: a script that adds up numbers, corrected and run twice. */
const stepsOf = ({ write, read, edit, run }: AgentTools): readonly (readonly ToolCall[])[] => [
  [read('data.txt')],
  [write('sum.sh', SCRIPT)],
  [run('sh sum.sh'), read('sum.sh')],
  [edit('sum.sh', 'coun)', 'count)')],
  [run('sh sum.sh > total.txt')],
  [read('total.txt')],
  [edit('data.txt', 'pears 4', 'pears 5')],
  [run('sh sum.sh >> total.txt')],
  [write('report.md', '# Fruit\n')],
  [run('cat total.txt report.md'), run('ls')],
]

/** How an answer fails, and its name in a test. */
export type Fault = readonly [name: string, behaviour: Behaviour]

/** Streams that break, after each event of an answer with thoughts and a call. */
export const BROKEN_STREAMS: readonly Fault[] = [
  ['a reset after the thoughts', { fault: { kind: 'reset', when: { afterChunks: 1 } } }],
  ['an end within the stream after a call', { fault: { kind: 'cut', when: { afterChunks: 2 } } }],
  ['a tidy end without a finish reason', { fault: { kind: 'eof', when: { afterChunks: 2 } } }],
  ['a reset after two calls', { fault: { kind: 'reset', when: { afterChunks: 3 } } }],
]
/** Errors of Gemini within streams, at the same events, in its two forms. */
export const ERRORS_IN_STREAMS: readonly Fault[] = [
  ['an error after the thoughts', { errorMidStream: { name: 'unavailable', afterChunks: 1 } }],
  ['an error after a call', { errorMidStream: { name: 'unavailable', afterChunks: 2 } }],
  ['an error as an event', { errorMidStream: { name: 'unavailable', afterChunks: 1, form: 'data-object' } }],
  ['an error as an event after two calls', { errorMidStream: { name: 'unavailable', afterChunks: 3, form: 'data-object' } }],
]
/** Answers that do not begin. */
export const UNAVAILABLE: readonly Fault[] = [['an overloaded model', { error: 'unavailable' }]]

/**
 * Has the model work through a task of ten steps.
 *
 * @param faults - how answers fail, at most four: each at a step that may be repeated, and that the
 *   model then begins anew
 * @returns the prompt
 */
export function prepareTask({ simulator }: Rota, desk: Desk<unknown>, tools: AgentTools, faults: readonly Fault[] = []): string {
  desk.write('data.txt', 'apples 3\npears 4\n')
  const steps = stepsOf(tools)
  if (faults.length === 0) return scripted(steps)
  // Not by the prompt: after a broken stream, some agents add words of the user.
  for (const [index, toolCalls] of steps.entries()) {
    const step: Behaviour = { path: '/chat', thoughts: ['Let me see.'], toolCalls }
    const [, fault] = faults[HARMLESS.indexOf(index)] ?? []
    simulator.next(...(fault === undefined ? [] : [{ ...step, ...fault }]), step)
  }
  return 'Add up the numbers in data.txt.'
}

/**
 * Expects that a run has done the task and looked for nothing beyond the proxy, that nobody has
 * refused a request of it, and that Gemini has got the signature of every step.
 *
 * @param answer - reads the last words of the agent
 */
export async function expectDone(
  { simulator, proxies }: Rota,
  desk: Desk<unknown>,
  run: AgentRun<unknown>,
  answer: () => string | undefined,
): Promise<void> {
  const { code, wanted, printed } = await run.ended
  expect([code, wanted], printed.slice(-2_000)).toEqual([0, []])
  const files = ['data.txt', 'sum.sh', 'total.txt', 'report.md'].map((file) => desk.read(file))
  expect(files).toEqual(['apples 3\npears 5\n', SCRIPT.replace('coun)', 'count)'), '7\n8\n', '# Fruit\n'])
  expect(answer()).toMatch(/7\n8\n# Fruit/)
  const statuses = [...simulator.requests, ...proxies.flatMap(({ logs }) => logs)].map(({ status }) => status)
  expect(statuses).not.toContain(400)
  const signatures = signaturesIn({ simulator })
  expect(signatures.length).toBeGreaterThanOrEqual(TASK_STEPS)
  expect(signatures).not.toContain(PLACEHOLDER)
}
