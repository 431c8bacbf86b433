import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The mock, running in a separate process. */
export interface Mock {
  readonly origin: string
  /** The lines that the mock has printed since it started to listen. */
  readonly lines: readonly string[]
  close(): void
}

/** Starts scripts/mock/mock.ts on a free port. */
export async function startMock(): Promise<Mock> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/mock/mock.ts'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { PATH: process.env.PATH, MOCK_PORT: '0', MOCK_EVENT_INTERVAL_MS: '20' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stderr.pipe(process.stderr)
  const lines: string[] = []
  const output = createInterface(child.stdout)
  const origin = await new Promise<string>((resolve, reject) => {
    output.on('line', (line) => {
      const found = /listening on (http:\S+)\/v1/.exec(line)?.[1]
      if (found === undefined) lines.push(line)
      else resolve(found)
    })
    output.once('close', () => reject(new Error('the mock did not start')))
  })
  return { origin, lines, close: () => void child.kill('SIGTERM') }
}
