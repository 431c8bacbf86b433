import type { ChildProcess } from 'node:child_process'
import type { LogLine } from './instance.js'

/**
 * Reads the output of a process as it arrives.
 *
 * @param onLine - called for each whole JSON line of stdout
 * @param onOutput - called with each piece of stdout and stderr
 * @returns a function that returns the output so far
 */
export function readLines(child: ChildProcess, onLine: (line: LogLine) => void, onOutput: (text: string) => void): () => string {
  let all = ''
  let rest = ''
  const take = (text: string): void => {
    all += text
    onOutput(text)
  }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    take(text)
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    // The cast is safe: pino writes each log line as a JSON object.
    for (const line of lines) if (line.startsWith('{')) onLine(JSON.parse(line) as LogLine)
  })
  child.stderr?.setEncoding('utf8').on('data', take)
  return () => all
}
