import { expect } from 'vitest'
import type { Behaviour, JsonObject } from '../../doubles/simulator/index.js'
import { PLACEHOLDER, signaturesIn } from '../signatures/agent.js'
import type { AgentRun, Desk } from './desk.js'
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

/**
 * Ten steps, two of them with two calls: a script that adds up numbers, corrected and run twice.
 */
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

/** Streams that break: after the thoughts of an answer, its first call, and its second. */
export const BROKEN_STREAMS: readonly Behaviour[] = [
  { fault: { kind: 'reset', when: { afterChunks: 1 } } },
  { fault: { kind: 'cut', when: { afterChunks: 2 } } },
  { fault: { kind: 'eof', when: { afterChunks: 2 } } },
  { fault: { kind: 'reset', when: { afterChunks: 3 } } },
]
/** Errors of Gemini at the same places, in both of its forms. */
export const ERRORS_IN_STREAMS: readonly Behaviour[] = [
  { errorMidStream: { name: 'unavailable', afterChunks: 1 } },
  { errorMidStream: { name: 'unavailable', afterChunks: 2 } },
  { errorMidStream: { name: 'unavailable', afterChunks: 1, form: 'data-object' } },
  { errorMidStream: { name: 'unavailable', afterChunks: 3, form: 'data-object' } },
]
/** An overloaded model. */
export const UNAVAILABLE: readonly Behaviour[] = [{ error: 'unavailable' }]
/** A key whose minute is used up, and one whose day is: the proxy uses the next one. */
export const LIMITED_KEYS: readonly Behaviour[] = [{ error: 'quota-minute' }, { error: 'quota-day' }]

/**
 * Has the model call tools, one list with each answer, whatever it is asked. Not by the prompt:
 * agents add words of the user after it, or after a broken stream.
 *
 * @param faults - how some of the answers fail, by their index; the model then begins them anew
 */
export function callTools(
  { simulator }: Rota,
  steps: readonly (readonly ToolCall[])[],
  faults: ReadonlyMap<number, Behaviour> = new Map(),
): void {
  for (const [index, toolCalls] of steps.entries()) {
    const step: Behaviour = { path: '/chat', thoughts: ['Let me see.'], toolCalls }
    const fault = faults.get(index)
    simulator.next(...(fault === undefined ? [] : [{ ...step, ...fault }]), step)
  }
}

/**
 * Has the model work through a task of ten steps.
 *
 * @param faults - how answers fail, at most four: each at a step that may be repeated
 * @returns the prompt
 */
export function prepareTask(rota: Rota, desk: Desk<unknown>, tools: AgentTools, faults: readonly Behaviour[] = []): string {
  desk.write('data.txt', 'apples 3\npears 4\n')
  callTools(rota, stepsOf(tools), new Map(faults.map((fault, index) => [HARMLESS[index] ?? 0, fault])))
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
