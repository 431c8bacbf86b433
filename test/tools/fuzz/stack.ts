import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { UpstreamApi } from '../../../src/contract/upstreamApi.js'
import { type Bundle, startBundle } from '../../support/bundle.js'
import { ADMIN_TOKEN, GEMINI_KEY } from '../../support/canaries.js'

/** The server to fuzz. */
export interface Target {
  readonly origin: string
  /** The bearer token; undefined if none is required. */
  readonly token: string | undefined
  /** ADMIN_TOKEN of the target; undefined if unknown. */
  readonly adminToken?: string | undefined
}

/** The built server and a simulator, each in a separate process. */
export interface Stack extends Target {
  readonly proxy: Bundle
  close(): Promise<void>
}

/**
 * Starts server and simulator on free ports. By default the simulator causes no failures, so every
 * failure is the server's.
 */
export async function startStack(token: string | undefined, upstream: UpstreamApi): Promise<Stack> {
  const simulator = spawn(process.execPath, ['--import', 'tsx', 'test/doubles/simulator/main.ts'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { PATH: process.env.PATH, SIMULATOR_KEEP_REQUESTS: '0', SIMULATOR_DEMO: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(simulator.stdout), 'line')) as [string]
  const { baseUrl } = JSON.parse(line) as { baseUrl: string }
  const proxy = await startBundle({
    GEMINI_UPSTREAM: upstream,
    GEMINI_API_KEY: GEMINI_KEY,
    GEMINI_BASE_URL: baseUrl,
    STREAM_RESUME_TTL_SECONDS: '3600',
    // The server must not fetch from generated addresses.
    FETCH_REMOTE_MEDIA: 'false',
    ADMIN_TOKEN,
    ...(token === undefined ? {} : { AUTH_TOKEN: token }),
  })
  return {
    origin: proxy.address,
    token,
    adminToken: ADMIN_TOKEN,
    proxy,
    close: async () => {
      await proxy.stop()
      simulator.kill('SIGTERM')
    },
  }
}

/** Creates a resumable stream. @returns its id; undefined if the target stores no streams */
export const makeStream = (target: Target): Promise<string | undefined> =>
  streamOf(target, '/v1/chat/completions', { messages: [{ role: 'user', content: 'Count to three.' }] })

/** Creates stored responses, the first with a resumable stream. @returns their ids */
export async function makeResponses(target: Target, count: number): Promise<string[]> {
  const ids = [await streamOf(target, '/v1/responses', { input: 'Count to three.' })]
  for (let nth = 1; nth < count; nth += 1) ids.push(await responseOf(target))
  return ids.filter((id) => id !== undefined)
}

async function responseOf({ origin, token }: Target): Promise<string | undefined> {
  const body = JSON.stringify({ model: 'gemini-3.8-flash', input: 'Count to three.' })
  const answer = await fetch(`${origin}/v1/responses`, { method: 'POST', headers: headersOf(token), body })
  return answer.ok ? ((await answer.json()) as { readonly id: string }).id : undefined
}

/** Creates background interactions. @returns their ids; an empty list without the native API */
export async function makeInteractions({ origin, token }: Target, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let nth = 0; nth < count; nth += 1) {
    const body = JSON.stringify({ model: 'gemini-3.8-flash', input: 'Count to three.', background: true })
    const answer = await fetch(`${origin}/v1beta/interactions`, { method: 'POST', headers: headersOf(token), body })
    if (answer.ok) ids.push(((await answer.json()) as { readonly id: string }).id)
  }
  return ids
}

async function streamOf({ origin, token }: Target, path: string, body: object): Promise<string | undefined> {
  const answer = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { ...headersOf(token), 'x-stream-resume': 'true' },
    body: JSON.stringify({ model: 'gemini-3.8-flash', ...body, stream: true }),
  })
  return /^id: (.+):\d+$/m.exec(await answer.text())?.[1]
}

const headersOf = (token: string | undefined): Record<string, string> => ({
  'content-type': 'application/json',
  ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
})
