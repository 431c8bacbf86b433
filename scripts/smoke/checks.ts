// What a deployment has to do. Part of smoke.ts. Each check returns what it saw, in words, or throws what is wrong and what helps.
import { type Answer, type Asking, ask } from './http.js'

/** A deployment and the token for it. */
export interface Target {
  readonly origin: string
  readonly token: string
  /** The model that is asked; the first that suits where none is named. */
  model: string | undefined
}

/** One check; it says what it has seen. */
export type Check = (target: Target) => Promise<string>

const ORIGIN = 'https://smoke.example'
/** The least time between the first and the last piece of a stream of a hundred lines: what is buffered comes at once. */
const LEAST_SPREAD_MS = 150
const LEAST_PIECES = 3
const SUITABLE = /^gemini-[\d.]+-flash$/

const HINTS: Readonly<Record<string, string>> = {
  upstream_region_unsupported:
    'Gemini does not serve the region where this runs. Deploy to another: REGION=us-west-1 make deploy (never mainland China or Hong Kong), or give the function a fixed address (docs/deploy.md).',
  upstream_auth_error: 'Gemini refuses the GEMINI_API_KEY of the deployment. Set a valid one and deploy again.',
  invalid_api_key: "TOKEN is not the deployment's AUTH_TOKEN.",
  insufficient_quota: 'The Gemini key has no quota for this model: look at its plan, or name another by MODEL=...',
  rate_limit_exceeded: 'The quota of the Gemini key is used up for now. Wait, or name another model by MODEL=...',
  // Function Compute's own answers, {"errorCode", "errorMessage"}.
  CAExited: 'The server ended at its start: look at the log of the function; mostly a setting is refused.',
  CAFileNotFound: 'The package does not hold what s.yaml starts. Deploy again with make deploy.',
  FunctionNotStarted: 'The server does not listen on 0.0.0.0:9000: look at the log of the function.',
  ResourceExhausted: 'All instances that FC_MAX_INSTANCES allows are in use.',
  ResourceThrottled: 'Function Compute has no instance just now. Try again.',
  BadResponse: 'The server ended in mid-answer: look at the log of the function.',
  FunctionNotFound: 'There is no such function: is TARGET right?',
}

/** The checks in their order; those that need Gemini come after those that do not. */
export const CHECKS: Readonly<Record<string, Check>> = {
  health: async ({ origin }) => {
    const answer = await ask(`${origin}/health`)
    const { status, version, auth } = fields(expectStatus(answer, 200))
    if (status !== 'ok') throw new Error(`GET /health is not the proxy's: ${excerpt(answer)}`)
    if (auth !== true)
      throw new Error('The deployment asks for no token: everybody can use it at your cost. Set AUTH_TOKEN and deploy again.')
    return `version ${version}${answer.header('content-disposition').length > 0 ? '; browsers download its pages (a custom domain ends that)' : ''}`
  },
  'a wrong token': async ({ origin, token }) => {
    const answer = await ask(`${origin}/v1/models`, { token: `${token.slice(0, -1)}${token.endsWith('x') ? 'y' : 'x'}` })
    return expectError(answer, 401, 'invalid_api_key')
  },
  models: async (target) => {
    const { data } = fields(expectStatus(await askWith(target, '/v1/models'), 200))
    const ids = Array.isArray(data) ? data.map((model) => String(fields(model).id)) : []
    if (ids.length === 0) throw new Error('GET /v1/models lists nothing')
    target.model ??= ids.find((id) => SUITABLE.test(id)) ?? ids[0]
    return `${ids.length} models; ${target.model} is asked`
  },
  'an unknown model': async (target) => expectError(await chat({ ...target, model: 'no-such-model' }, 'Hi'), 404, 'model_not_found'),
  'a bad request': async (target) =>
    expectError(await askWith(target, '/v1/chat/completions', { method: 'POST', body: { model: 1 } }), 400, undefined),
  'an unknown path': async (target) => expectError(await askWith(target, '/v1/no-such-path'), 404, undefined),
  CORS: async (target) => {
    const preflight = await ask(`${target.origin}/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: {
        origin: ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-stainless-os',
      },
    })
    const allowed = preflight.header('access-control-allow-headers').join().toLowerCase()
    if (!/authorization/.test(allowed) || !/x-stainless-os/.test(allowed))
      throw new Error(`a preflight allows "${allowed}" and so keeps OpenAI's SDK in a browser out`)
    const plain = await askWith(target, '/v1/models', { headers: { origin: ORIGIN } })
    for (const [name, answer] of Object.entries({ preflight, answer: plain })) {
      const values = answer.header('access-control-allow-origin')
      if (values.length !== 1 || values[0]?.includes(','))
        throw new Error(
          `the ${name} has ${values.length} headers access-control-allow-origin (${values.join(' | ')}); browsers want exactly one. Take CORS off the trigger and the domain: the proxy does it.`,
        )
    }
    return 'exactly one access-control-allow-origin'
  },
  chat: async (target) => {
    const answer = expectStatus(await chat(target, 'Answer with the one word: pong'), 200)
    const { choices, usage } = fields(answer)
    const text = Array.isArray(choices) ? fields(fields(choices[0]).message).content : undefined
    if (typeof text !== 'string' || text === '') throw new Error(`no text in ${JSON.stringify(answer).slice(0, 200)}`)
    return `${fields(usage).total_tokens} tokens`
  },
  stream: async (target) => {
    const answer = await chat(target, 'Count from 1 to 100, one number on each line.', true)
    if (answer.status !== 200) expectStatus(answer, 200)
    if (!answer.header('content-type').join().startsWith('text/event-stream')) throw new Error('the stream is not text/event-stream')
    const failed = /^data: (\{"error".*)$/m.exec(answer.body)
    if (failed) throw new Error(explained(failed[1] ?? ''))
    if (!/^data: \[DONE\]$/m.test(answer.body)) throw new Error('the stream ends without [DONE]: it was cut')
    const [first, last] = [answer.pieces[0]?.atMs ?? 0, answer.pieces.at(-1)?.atMs ?? 0]
    const seen = `${answer.pieces.length} pieces, the first after ${first.toFixed(0)} ms, the last ${(last - first).toFixed(0)} ms later`
    if (answer.pieces.length < LEAST_PIECES || last - first < LEAST_SPREAD_MS)
      throw new Error(
        `the stream came at once (${seen}): something on the way buffers it (behind nginx see docs/nginx.conf), or the simulator answers, which never pauses.`,
      )
    return seen
  },
}

const askWith = ({ origin, token }: Target, path: string, asking: Asking = {}): Promise<Answer> =>
  ask(`${origin}${path}`, { token, ...asking })

const chat = (target: Target, content: string, stream = false): Promise<Answer> =>
  askWith(target, '/v1/chat/completions', {
    method: 'POST',
    body: { model: target.model, messages: [{ role: 'user', content }], ...(stream ? { stream } : {}) },
  })

function expectStatus(answer: Answer, status: number): unknown {
  if (answer.status === status && answer.json !== undefined) return answer.json
  if (answer.status === status && answer.pieces.length > 0) throw new Error(`not JSON: ${excerpt(answer)}`)
  throw new Error(`status ${answer.status} instead of ${status}: ${explained(answer.body)}`)
}

function expectError(answer: Answer, status: number, code: string | undefined): string {
  if (answer.status !== status) throw new Error(`status ${answer.status} instead of ${status}: ${explained(answer.body)}`)
  const error = fields(fields(answer.json).error)
  const missing = ['message', 'type', 'param', 'code'].filter((name) => !(name in error))
  if (missing.length > 0) throw new Error(`the error has no ${missing.join(', ')}: ${excerpt(answer)}`)
  if (code !== undefined && error.code !== code) throw new Error(`the error's code is ${error.code} instead of ${code}`)
  return `${status} ${error.code}`
}

/** An error of ours or of Function Compute's, and what helps. */
function explained(body: string): string {
  const [, code] = /"(?:code|errorCode)"\s*:\s*"([^"]+)"/.exec(body) ?? []
  const hint = HINTS[code ?? '']
  return `${body.slice(0, 300)}${hint === undefined ? '' : `\n         ${hint}`}`
}

const excerpt = ({ body }: Answer): string => JSON.stringify(body.slice(0, 200))

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {} // any object has fields
