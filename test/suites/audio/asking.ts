import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

/** A current and an older speech model, and the model that only transcribes. */
export const TTS = 'gemini-3.8-flash-tts'
export const OLD_TTS = 'gemini-2.5-flash-preview-tts'
export const TRANSCRIBER = 'gemini-3.5-transcribe'
/** A chat model, which accepts audio as well. */
export const CHAT_MODEL = 'gemini-3.8-flash'

/** Number of audio samples that the simulator generates per character of the text to speak. */
export const SAMPLES_PER_CHARACTER = 480
/** Size of the header of a WAV file, in bytes. */
export const HEADER = 44

/** A response, with its body as bytes. */
export interface AudioResponse {
  readonly status: number
  readonly type: string
  readonly headers: Headers
  readonly bytes: Buffer
}

/** Starts a proxy that uses Gemini's native API and does not retry. */
export const startNative = (env: Record<string, string> = {}): Promise<ProxyUnderTest> =>
  startProxy({ GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0', ...env })

/** Posts a form, or another object as JSON, to the proxy. */
export const post = (proxy: ProxyUnderTest, path: string, body: object, init: RequestInit = {}): Promise<Response> =>
  fetch(`${proxy.baseUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, ...(body instanceof FormData ? {} : { 'content-type': 'application/json' }) },
    body: body instanceof FormData ? body : JSON.stringify(body),
    ...init,
  })

/** Posts a request to the proxy, and reads the whole response. */
export async function postAndRead(proxy: ProxyUnderTest, path: string, body: object): Promise<AudioResponse> {
  const response = await post(proxy, path, body)
  const { status, headers } = response
  return { status, headers, type: headers.get('content-type') ?? '', bytes: Buffer.from(await response.arrayBuffer()) }
}

/** Requests speech from the proxy, and reads the whole response. */
export const speak = (proxy: ProxyUnderTest, input: string, more: object = {}): Promise<AudioResponse> =>
  postAndRead(proxy, '/audio/speech', { model: TTS, voice: 'Kore', input, ...more })

/** Makes the form of a transcription request. A list becomes several fields with one name. */
export function formOf(bytes: Uint8Array, fields: Readonly<Record<string, string | readonly string[]>> = {}): FormData {
  const form = new FormData()
  form.append('file', new File([new Uint8Array(bytes)], 'speech.bin'))
  for (const [name, value] of Object.entries({ model: TRANSCRIBER, ...fields })) for (const each of [value].flat()) form.append(name, each)
  return form
}

/** Requests a transcription from the proxy, and reads the whole response. */
export const transcribe = (proxy: ProxyUnderTest, bytes: Uint8Array, fields?: Parameters<typeof formOf>[1]): Promise<AudioResponse> =>
  postAndRead(proxy, '/audio/transcriptions', formOf(bytes, fields))

/** Returns the status of an error response and the members of its error, in one object. */
export const errorOf = ({ status, bytes }: AudioResponse): object => ({
  status,
  ...(JSON.parse(bytes.toString()) as { error: object }).error,
})

/** Formats a behaviour as a directive for the simulator, which a prompt may contain. */
export const simulate = (behaviour: Behaviour): string => `simulate:${JSON.stringify(behaviour)}`

/** Properties of a WAV file, as Python's module `wave` reads them. */
export interface Wave {
  readonly channels: number
  readonly width: number
  readonly rate: number
  readonly frames: number
  /** Number of bytes that the module read. In a correct file, it is the size of all frames. */
  readonly read: number
}

const READ_WAVE = `
import json, sys, wave
with wave.open(sys.argv[1]) as file:
    data = file.readframes(file.getnframes())
    print(json.dumps({"channels": file.getnchannels(), "width": file.getsampwidth(), "rate": file.getframerate(), "frames": file.getnframes(), "read": len(data)}))
`

/** Reads a WAV file with the module `wave` of Python's standard library. */
export async function readWave(bytes: Uint8Array): Promise<Wave> {
  const folder = await mkdtemp(join(tmpdir(), 'speech-'))
  try {
    const file = join(folder, 'speech.wav')
    await writeFile(file, bytes)
    const { stdout } = await promisify(execFile)('python3', ['-c', READ_WAVE, file])
    return JSON.parse(stdout) as Wave // the cast is safe: the script prints this object
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Expects a WAV file with the right format and length for this many characters of speech. */
export async function expectWave(bytes: Buffer, characters: number): Promise<void> {
  const frames = characters * SAMPLES_PER_CHARACTER
  expect(await readWave(bytes)).toEqual({ channels: 1, width: 2, rate: 24_000, frames, read: 2 * frames })
  expect(bytes.length).toBe(HEADER + 2 * frames)
}
