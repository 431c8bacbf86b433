// usage: node warmUp.cjs server.cjs cache.bin
// Bundled and run by scripts/bundle/codeCache.ts with the Node.js version of the cache. Starts the
// server in this process, sends it a chat and a streamed chat, and writes the code compiled so far.
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { compileModule, readWrappedModule, runModule } from './launcher/compiled.js'

const [, , server = '', cache = ''] = process.argv
const TOKEN = 'warm-up'
const MODEL = 'gemini-3.5-flash'
const GREETING = 'Hello.'
const ANSWER = JSON.stringify({
  candidates: [{ content: { role: 'model', parts: [{ text: GREETING }] }, finishReason: 'STOP', index: 0 }],
  usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  modelVersion: MODEL,
  responseId: 'warm-up',
})

/** Simulates the responses of Gemini's native API to the two chats. */
const gemini: RequestListener = (request, response) => {
  request.resume()
  const isStream = request.url?.includes(':streamGenerateContent') === true
  response.setHeader('content-type', isStream ? 'text/event-stream' : 'application/json')
  response.end(isStream ? `data: ${ANSWER}\r\n\r\n` : ANSWER)
}

async function listen(listener: RequestListener): Promise<{ port: number; close: () => void }> {
  const started = createServer(listener).listen(0, '127.0.0.1')
  await once(started, 'listening')
  // The cast is safe: the address of a TCP server has a port.
  return { port: (started.address() as AddressInfo).port, close: () => started.close() }
}

async function chat(port: number, stream: boolean): Promise<void> {
  const messages = [
    { role: 'system', content: 'You are brief.' },
    { role: 'user', content: 'Say hello.' },
  ]
  const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, messages, temperature: 0.5, stream }),
  })
  const text = await answer.text()
  if (answer.status !== 200 || !text.includes(GREETING)) throw new Error(`the chat failed: ${answer.status} ${text}`)
}

async function untilListening(port: number): Promise<void> {
  for (let left = 500; left > 0; left -= 1) {
    const response = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined)
    if (response !== undefined) return
    await sleep(10)
  }
  throw new Error('the server is not listening')
}

async function warmUp(): Promise<void> {
  const upstream = await listen(gemini)
  const probe = await listen(() => undefined)
  probe.close()
  Object.assign(process.env, {
    HOST: '127.0.0.1',
    PORT: String(probe.port),
    AUTH_TOKEN: TOKEN,
    GEMINI_API_KEY: 'warm-up',
    GEMINI_BASE_URL: `http://127.0.0.1:${upstream.port}/v1beta/openai`,
  })
  // Remove the arguments of this script: the server would take them for a command.
  process.argv.length = 2
  // Compile it under a relative name: an absolute path would become part of the code cache.
  const script = compileModule('server.cjs', readWrappedModule(server))
  runModule(server, script)
  await untilListening(probe.port)
  await chat(probe.port, false)
  await chat(probe.port, true)
  // V8 rejects a cache made with other flags than its own: undo REPRODUCIBLE_FLAGS.
  setFlagsFromString('--hash-seed=0')
  setFlagsFromString('--random-seed=0')
  writeFileSync(cache, script.createCachedData())
  process.exit(0)
}

warmUp().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
