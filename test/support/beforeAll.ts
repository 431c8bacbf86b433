import { beginTestLogs, FUZZ } from './testLogs.js'

/** Vitest's global setup for the logs of a test run; see {@link beginTestLogs}. */
export default (): Promise<void> => beginTestLogs((run) => run !== FUZZ && !isRunning(Number(run)))

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
