import { once } from 'node:events'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'

/** The credential that the proxy under load requires. */
export const TOKEN = 'load'

const agent = new Agent({ keepAlive: true, maxSockets: 1000, scheduling: 'fifo' })

interface Prompt {
  readonly stream?: boolean
  readonly content?: string
  /** Requests a resumable stream. */
  readonly isResumable?: boolean
}

/** Sends one chat request without waiting for the response. */
export function send(address: string, prompt: Prompt = {}): ClientRequest {
  const { stream = false, content = 'Say something about foxes.', isResumable = false } = prompt
  const messages = [
    { role: 'system', content: 'You are brief.' },
    { role: 'user', content },
  ]
  const body = Buffer.from(JSON.stringify({ model: 'gemini-2.5-flash', messages, temperature: 0.7, stream }))
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
    'content-length': body.length,
    ...(isResumable ? { 'x-stream-resume': 'true' } : {}),
  }
  const outgoing = request(`${address}/v1/chat/completions`, { method: 'POST', agent, headers })
  outgoing.end(body)
  return outgoing
}

/**
 * Sends one chat request and reads the whole response.
 *
 * @throws if the status is not 200 or the response is incomplete: a broken proxy must not look fast
 */
export async function exchange(address: string, prompt: Prompt = {}): Promise<void> {
  const [answer] = (await once(send(address, prompt), 'response')) as [IncomingMessage]
  const text: Buffer[] = []
  for await (const part of answer) text.push(part as Buffer)
  const end = text.slice(-2).join('')
  const isComplete = prompt.stream ? end.includes('data: [DONE]') : end.trimEnd().endsWith('}')
  if (answer.statusCode !== 200 || !isComplete) throw new Error(`${address} answered ${answer.statusCode}: ${text.join('').slice(0, 500)}`)
}

/** Sends `count` small requests, 64 at a time. */
export async function sendMany(address: string, count: number): Promise<void> {
  let left = count
  const worker = async () => {
    while (left-- > 0) await exchange(address)
  }
  await Promise.all(Array.from({ length: 64 }, worker))
}

/** Opens `count` paced streams, their starts spread over five gaps, and reads them to their end. */
export async function streamMany(address: string, count: number, gapMs: number, isResumable = false): Promise<void> {
  const late = async (nth: number) => {
    await new Promise((resolve) => setTimeout(resolve, (nth * gapMs * 5) / count))
    await exchange(address, { stream: true, isResumable })
  }
  await Promise.all(Array.from({ length: count }, (_, nth) => late(nth)))
}
