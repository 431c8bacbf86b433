import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The mock, running in a separate process. */
export interface Mock {
  readonly origin: string
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
  for await (const line of createInterface(child.stdout)) {
    const origin = /listening on (http:\S+)\/v1/.exec(line)?.[1]
    if (origin !== undefined) return { origin, close: () => void child.kill('SIGTERM') }
  }
  throw new Error('the mock did not start')
}
