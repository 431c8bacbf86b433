import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Heartbeat } from './heartbeat.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('prints what runs and for how long, but only while nothing else is printed', () => {
  const lines: string[] = []
  const heartbeat = new Heartbeat(
    15_000,
    (line) => lines.push(line),
    () => '3 of 9 files',
  )
  vi.advanceTimersByTime(31_000)
  expect(lines).toEqual(['running 15 s: 3 of 9 files', 'running 30 s: 3 of 9 files'])
  heartbeat.restart()
  vi.advanceTimersByTime(14_000)
  expect(lines).toHaveLength(2)
  vi.advanceTimersByTime(1_000)
  expect(lines.at(-1)).toBe('running 46 s: 3 of 9 files')
  heartbeat.stop()
  vi.advanceTimersByTime(60_000)
  expect(lines).toHaveLength(3)
})
