import { beginTestLogs, FUZZ } from './testLogs.js'

/** Before the tests: see {@link beginTestLogs}. */
export default (): Promise<void> => beginTestLogs((run) => run !== FUZZ && !isRunning(Number(run)))

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
