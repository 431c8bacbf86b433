import { expect, test } from 'vitest'
import type { OperationContext } from '../../../src/contract/operation.js'
import type { ResumableStreams } from '../../../src/resume/resume.js'
import { readWholeChat } from '../../../src/resume/wholeChat.js'

test('a stream with many log probabilities is joined in linear time', async () => {
  const count = 40_000
  const logprobs = { content: [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [] }], refusal: null }
  const chunk = { choices: [{ index: 0, delta: { content: 'a' }, logprobs, finish_reason: null }] }
  const end = { choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }] }
  const read = async function* () {
    for (let sent = 0; sent < count; sent += 1) yield { data: [JSON.stringify(chunk)] }
    yield { data: [JSON.stringify(end)] }
  }
  const stream = { end: () => ({ ending: 'whole' }), read }
  const resume = { find: () => Promise.resolve(stream) } as unknown as ResumableStreams
  // CPU time, not wall-clock time: other processes may be busy on this machine.
  const before = process.cpuUsage()
  const { choices } = await readWholeChat(resume, 'id', { requestLog: {} } as OperationContext)
  const { user, system } = process.cpuUsage(before)
  expect(choices[0]?.logprobs?.content).toHaveLength(count)
  expect((user + system) / 1000).toBeLessThan(3_000)
})
