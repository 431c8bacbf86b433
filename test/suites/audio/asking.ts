import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import type { Behaviour } from '../../doubles/simulator/index.js'
import { type ProxyUnderTest, startProxy, TOKEN } from '../../support/proxy.js'

/** The models that speak, by both rules, and the one that only transcribes. */
export const TTS = 'gemini-3.8-flash-tts'
export const OLD_TTS = 'gemini-2.5-flash-preview-tts'
export const TRANSCRIBER = 'gemini-3.5-transcribe'
/** A chat model, which hears. */
export const CHAT_MODEL = 'gemini-3.8-flash'

/** Samples of the simulator for each character. */
export const SAMPLES = 480
/** Bytes of the header of a WAV file. */
export const HEADER = 44

/** A response, with its body as bytes. */
export interface Heard {
  readonly status: number
  readonly type: string
  readonly headers: Headers
  readonly bytes: Buffer
}

/** Starts a proxy on Gemini's own API. */
export const startNative = (env: Record<string, string> = {}): Promise<ProxyUnderTest> =>
  startProxy({ GEMINI_UPSTREAM: 'native', MAX_RETRIES: '0', ...env })

/** Posts JSON or a form. */
export const post = (proxy: ProxyUnderTest, path: string, body: object, init: RequestInit = {}): Promise<Response> =>
  fetch(`${proxy.baseUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, ...(body instanceof FormData ? {} : { 'content-type': 'application/json' }) },
    body: body instanceof FormData ? body : JSON.stringify(body),
    ...init,
  })

/** Posts a request, and reads the whole response. */
export async function hear(proxy: ProxyUnderTest, path: string, body: object): Promise<Heard> {
  const response = await post(proxy, path, body)
  const { status, headers } = response
  return { status, headers, type: headers.get('content-type') ?? '', bytes: Buffer.from(await response.arrayBuffer()) }
}

/** Requests speech. */
export const speak = (proxy: ProxyUnderTest, input: string, more: object = {}): Promise<Heard> =>
  hear(proxy, '/audio/speech', { model: TTS, voice: 'Kore', input, ...more })

/** Makes the form of a transcription. A list has several fields of one name. */
export function formOf(bytes: Uint8Array, fields: Readonly<Record<string, string | readonly string[]>> = {}): FormData {
  const form = new FormData()
  form.append('file', new File([new Uint8Array(bytes)], 'speech.bin'))
  for (const [name, value] of Object.entries({ model: TRANSCRIBER, ...fields })) for (const each of [value].flat()) form.append(name, each)
  return form
}

/** Requests a transcription. */
export const transcribe = (proxy: ProxyUnderTest, bytes: Uint8Array, fields?: Parameters<typeof formOf>[1]): Promise<Heard> =>
  hear(proxy, '/audio/transcriptions', formOf(bytes, fields))

/** The error of a response. */
export const errorOf = ({ status, bytes }: Heard): object => ({ status, ...(JSON.parse(bytes.toString()) as { error: object }).error })

/** Makes a directive for the simulator, within a text. */
export const simulate = (behaviour: Behaviour): string => `simulate:${JSON.stringify(behaviour)}`

/** What Python's module `wave` reads in a file. */
export interface Wave {
  readonly channels: number
  readonly width: number
  readonly rate: number
  readonly frames: number
  /** The bytes that the module has read; as many as the frames have, in a correct file. */
  readonly read: number
}

const READ_WAVE = `
import json, sys, wave
with wave.open(sys.argv[1]) as file:
    data = file.readframes(file.getnframes())
    print(json.dumps({"channels": file.getnchannels(), "width": file.getsampwidth(), "rate": file.getframerate(), "frames": file.getnframes(), "read": len(data)}))
`

/** Reads a WAV file with Python's standard library. */
export async function readWave(bytes: Uint8Array): Promise<Wave> {
  const folder = await mkdtemp(join(tmpdir(), 'speech-'))
  try {
    const file = join(folder, 'speech.wav')
    await writeFile(file, bytes)
    const { stdout } = await promisify(execFile)('python3', ['-c', READ_WAVE, file])
    return JSON.parse(stdout) as Wave // the script prints this
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Checks that a file is right in all that a player reads. */
export async function expectWave(bytes: Buffer, characters: number): Promise<void> {
  const frames = characters * SAMPLES
  expect(await readWave(bytes)).toEqual({ channels: 1, width: 2, rate: 24_000, frames, read: 2 * frames })
  expect(bytes.length).toBe(HEADER + 2 * frames)
}
