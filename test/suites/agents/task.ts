import { expect } from 'vitest'
import type { Behaviour, JsonObject } from '../../doubles/simulator/index.js'
import { PLACEHOLDER, signaturesIn } from '../signatures/agent.js'
import type { ProxyRotation } from './proxyRotation.js'
import type { AgentRun, AgentWorkspace } from './workspace.js'

/** A call of an agent's tool. */
interface ToolCall {
  readonly name: string
  readonly arguments: JsonObject
}

/** Actions that every agent supports; each method makes the call of the agent's own tool. */
export interface AgentTools {
  write(file: string, content: string): ToolCall
  read(file: string): ToolCall
  edit(file: string, before: string, after: string): ToolCall
  run(command: string): ToolCall
}

const SCRIPT = 'total=0\nwhile read -r name count; do total=$((total + coun)); done < data.txt\necho "$total"\n'
/** Number of steps of the task in which the agent calls tools. */
export const TASK_STEPS = 10
/** Indexes of steps that do not change files, so that an agent may repeat them after a fault. */
const HARMLESS = [0, 2, 5, 9]

/** The tool calls of each step: write a script that adds up numbers, correct it, run it twice. */
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

/** Faults that break a stream after the thoughts, the first call or the second call. */
export const BROKEN_STREAMS: readonly Behaviour[] = [
  { fault: { kind: 'reset', when: { afterChunks: 1 } } },
  { fault: { kind: 'cut', when: { afterChunks: 2 } } },
  { fault: { kind: 'eof', when: { afterChunks: 2 } } },
  { fault: { kind: 'reset', when: { afterChunks: 3 } } },
]
/** Errors that Gemini sends within a stream after some chunks, in both of its error forms. */
export const ERRORS_IN_STREAMS: readonly Behaviour[] = [
  { errorMidStream: { name: 'unavailable', afterChunks: 1 } },
  { errorMidStream: { name: 'unavailable', afterChunks: 2 } },
  { errorMidStream: { name: 'unavailable', afterChunks: 1, form: 'data-object' } },
  { errorMidStream: { name: 'unavailable', afterChunks: 3, form: 'data-object' } },
]
/** Gemini refuses one request because the model is overloaded. */
export const OVERLOADED_MODEL: readonly Behaviour[] = [{ error: 'unavailable' }]
/** Gemini refuses two keys, for a limit per minute and one per day: the proxy uses the next key. */
export const LIMITED_KEYS: readonly Behaviour[] = [{ error: 'quota-minute' }, { error: 'quota-day' }]

/**
 * Queues answers with tool calls, one list per answer, whatever the prompt is. A directive in the
 * prompt would not work: agents add user messages after it, for example when a stream breaks.
 *
 * @param faults - faults of answers by index; the whole answer then follows for the next request
 */
export function callTools(
  { simulator }: ProxyRotation,
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
 * Prepares a task of ten steps: writes its data file, and queues the answers of the model.
 *
 * @param faults - up to four faults of answers, each at a step that may be repeated
 * @returns the prompt
 */
export function prepareTask(
  rotation: ProxyRotation,
  workspace: AgentWorkspace<unknown>,
  tools: AgentTools,
  faults: readonly Behaviour[] = [],
): string {
  workspace.write('data.txt', 'apples 3\npears 4\n')
  callTools(rotation, stepsOf(tools), new Map(faults.map((fault, index) => [HARMLESS[index] ?? 0, fault])))
  return 'Add up the numbers in data.txt.'
}

/**
 * Expects that a run has completed the task and contacted no host but the proxy, that no request
 * got a 400, and that Gemini received the signature of every step.
 *
 * @param answer - returns the final answer of the agent
 */
export async function expectDone(
  { simulator, proxies }: ProxyRotation,
  workspace: AgentWorkspace<unknown>,
  run: AgentRun<unknown>,
  answer: () => string | undefined,
): Promise<void> {
  const { code, outsideRequests, printed } = await run.ended
  expect([code, outsideRequests], printed.slice(-2_000)).toEqual([0, []])
  const files = ['data.txt', 'sum.sh', 'total.txt', 'report.md'].map((file) => workspace.read(file))
  expect(files).toEqual(['apples 3\npears 5\n', SCRIPT.replace('coun)', 'count)'), '7\n8\n', '# Fruit\n'])
  expect(answer()).toMatch(/7\n8\n# Fruit/)
  const statuses = [...simulator.requests, ...proxies.flatMap(({ logs }) => logs)].map(({ status }) => status)
  expect(statuses).not.toContain(400)
  const signatures = signaturesIn({ simulator })
  expect(signatures.length).toBeGreaterThanOrEqual(TASK_STEPS)
  expect(signatures).not.toContain(PLACEHOLDER)
}
