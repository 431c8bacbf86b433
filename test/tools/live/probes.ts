import type { Exchange } from './recorder.js'

/**
 * `confirmed`: Google behaves as assumed, like the simulator. `refuted`: it does not. `unknown`:
 * the run was inconclusive.
 */
export type Verdict = 'confirmed' | 'refuted' | 'unknown'

/** Access to Gemini for probes: requests are sent directly, not through the proxy. */
export interface Asker {
  /** True if the key has the newer format (`AQ.`). */
  readonly isAuthKey: boolean
  readonly model: string
  get(path: string): Promise<Exchange>
  chat(body: object): Promise<Exchange>
  /** All exchanges recorded so far. */
  readonly exchanges: readonly Exchange[]
}

/** A test of an undocumented behaviour of Google's API. */
export interface Probe {
  readonly name: string
  /** The assumption that proxy and simulator make. */
  readonly assumption: string
  ask(asker: Asker): Promise<Verdict>
}

const HELLO = { messages: [{ role: 'user', content: 'Say hello.' }], max_tokens: 64 }
const accepted = ({ status }: Exchange): Verdict => (status === 200 ? 'confirmed' : status === 400 ? 'refuted' : 'unknown')
/**
 * Returns `confirmed` only if the request was refused with an error message that matches the
 * pattern, so that a refusal for another reason does not count.
 */
const refused = ({ status, body }: Exchange, pattern: RegExp): Verdict =>
  status === 200 ? 'refuted' : status === 400 && pattern.test(body) ? 'confirmed' : 'unknown'

const dropped = (name: string, value: unknown): Probe => ({
  name: `parameter ${name}`,
  assumption: `\`${name}\` is refused as an unknown name, so the proxy has to omit it`,
  ask: async ({ chat }) => refused(await chat({ ...HELLO, [name]: value }), new RegExp(`\\b${name}\\b`)),
})

const minimal = (model: string): Probe => ({
  name: `minimal on ${model}`,
  assumption: `reasoning_effort \`minimal\` is refused by ${model}, so the proxy has to raise it to \`low\``,
  ask: async ({ chat }) => refused(await chat({ ...HELLO, model, reasoning_effort: 'minimal' }), /level|minimal/i),
})

const PIXEL = 'https://www.gstatic.com/webp/gallery/1.sm.jpg'
const SILENCE_MS = 5_000

/** Probes of all assumptions that Google's documentation does not confirm. */
export const PROBES: readonly Probe[] = [
  dropped('seed', 7),
  dropped('store', false),
  dropped('metadata', { a: 'b' }),
  dropped('user', 'u-1'),
  dropped('logprobs', true),
  {
    name: 'presence_penalty 0',
    assumption: 'a `presence_penalty` of 0 is accepted, although other values are refused',
    ask: async ({ chat }) => accepted(await chat({ ...HELLO, presence_penalty: 0 })),
  },
  minimal('gemini-3.7-flash'),
  minimal('gemini-3.8-flash'),
  {
    name: 'failure within a stream',
    assumption: 'a stream that fails ends with a bare error object or list in the body, without `data:` and `[DONE]`',
    // The probe cannot provoke a failure within a stream, so it examines the streams that have
    // failed during the run.
    ask: ({ exchanges }) => {
      const broken = exchanges.filter(
        ({ headers, body }) => headers['content-type']?.startsWith('text/event-stream') && body.includes('"error"'),
      )
      if (broken.length === 0) return Promise.resolve('unknown')
      return Promise.resolve(
        broken.every(({ body }) => /^(\[?\{\s*"error")/m.test(body) && !body.includes('data: [DONE]')) ? 'confirmed' : 'refuted',
      )
    },
  },
  {
    name: 'AQ. keys as bearer',
    assumption: 'a key that begins with `AQ.` is accepted as a bearer token on every request',
    ask: async ({ isAuthKey, get }) => {
      if (!isAuthKey) return 'unknown'
      const statuses: number[] = []
      for (let count = 0; count < 5; count += 1) statuses.push((await get('/models')).status)
      return statuses.every((status) => status === 200)
        ? 'confirmed'
        : statuses.some((status) => [400, 401].includes(status))
          ? 'refuted'
          : 'unknown'
    },
  },
  {
    name: 'https picture',
    assumption: 'a picture with an https URL is refused, so the proxy has to fetch it',
    ask: async ({ chat }) => {
      const content = [
        { type: 'text', text: 'Describe it in three words.' },
        { type: 'image_url', image_url: { url: PIXEL } },
      ]
      return refused(await chat({ ...HELLO, messages: [{ role: 'user', content }] }), /ur[il]|image/i)
    },
  },
  {
    name: 'comments while it thinks',
    assumption: 'a stream is silent while the model thinks: no comment lines',
    ask: async ({ chat }) => {
      const messages = [{ role: 'user', content: 'Prove in one short paragraph that there are infinitely many primes of the form 4k+3.' }]
      const { status, body, silenceMs } = await chat({ messages, stream: true, reasoning_effort: 'high' })
      if (status !== 200) return 'unknown'
      if (/^:/m.test(body)) return 'refuted'
      return silenceMs >= SILENCE_MS ? 'confirmed' : 'unknown'
    },
  },
  {
    name: 'safety_settings',
    assumption: '`safety_settings` within `extra_body.google` of a chat is refused',
    ask: async ({ chat }) => {
      const safety_settings = [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }]
      return refused(await chat({ ...HELLO, extra_body: { google: { safety_settings } } }), /safety_settings/)
    },
  },
]
