import { expect, test } from 'vitest'
import { omit } from '../../../src/contract/copyOnWrite.js'

type Members = Partial<Record<string, number>>

test('members are omitted in linear time, such as the unknown keywords of a schema', () => {
  const value: Members = { kept: 1 }
  for (let index = 0; index < 100_000; index += 1) value[`unknown${index}`] = index
  const names = Object.keys(value).slice(1)
  // CPU time, not wall-clock time: other processes may be busy on this machine.
  const before = process.cpuUsage()
  expect(omit(value, ...names)).toEqual({ kept: 1 })
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(1_500)
})
