// The checks of a deployment. Part of smoke.ts.
import { objectOrEmpty, parseJsonObject } from '../../src/doctor/deploymentFaults.js'
import type { TargetAddress } from '../../src/doctor/targetClient.js'
import { CheckFailure, makeOtherServerFailure, makeStatusFailure, makeStreamFailure } from './failure.js'
import { type HttpResponse, type RequestOptions, send } from './http.js'

/** A deployment and a token for it. */
export interface SmokeTarget {
  readonly address: TargetAddress & { readonly token: string }
  /** Name of the model to call; if undefined, the check `models` sets it. */
  model: string | undefined
}

/** A check of a deployment. Returns a summary of its result, or throws the problem. */
export type SmokeCheck = (target: SmokeTarget) => Promise<string>

const ORIGIN = 'https://smoke.example'
/** Minimum time from first to last piece of a stream: a buffered stream arrives all at once. */
const LEAST_SPREAD_MS = 150
const LEAST_PIECES = 3
const HEALTH_TIMEOUT_MS = 15_000
const SUITABLE = /^gemini-[\d.]+-flash$/

/** The checks by name, in the order in which they run; those that call Gemini come last. */
export const CHECKS: Readonly<Record<string, SmokeCheck>> = {
  health: async ({ address }) => {
    const response = await send(address, '/health', { timeoutMs: HEALTH_TIMEOUT_MS })
    const { status, version, auth } = expectOk(response)
    if (status !== 'ok') throw makeOtherServerFailure(`GET /health is not served by Gemini Proxy: ${excerpt(response)}`)
    if (auth !== true)
      throw new CheckFailure('The deployment requires no token: anyone can use it at your cost. Set AUTH_TOKEN and deploy again.')
    return `version ${version}${response.header('content-disposition').length > 0 ? '; browsers download its pages instead of showing them (a custom domain avoids this)' : ''}`
  },
  'a wrong token': async ({ address }) => {
    const token = `${address.token.slice(0, -1)}${address.token.endsWith('x') ? 'y' : 'x'}`
    return expectError(await send({ ...address, token }, '/v1/models', { sendsToken: true }), 401, 'invalid_api_key')
  },
  models: async (target) => {
    const { data } = expectOk(await sendWithToken(target, '/v1/models'))
    const ids = Array.isArray(data) ? data.map((model) => String(objectOrEmpty(model).id)) : []
    if (ids.length === 0) throw new CheckFailure('GET /v1/models returns no models')
    target.model ??= ids.find((id) => SUITABLE.test(id)) ?? ids[0]
    return `${ids.length} models; testing with ${target.model}`
  },
  'an unknown model': async (target) => expectError(await chat({ ...target, model: 'no-such-model' }, 'Hi'), 404, 'model_not_found'),
  'a bad request': async (target) =>
    expectError(await sendWithToken(target, '/v1/chat/completions', { method: 'POST', body: '{"model":1}' }), 400, undefined),
  'an unknown path': async (target) => expectError(await sendWithToken(target, '/v1/no-such-path'), 404, undefined),
  CORS: async (target) => {
    const preflight = await send(target.address, '/v1/chat/completions', {
      method: 'OPTIONS',
      headers: {
        origin: ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-stainless-os',
      },
    })
    const allowed = preflight.header('access-control-allow-headers').join().toLowerCase()
    if (!/authorization/.test(allowed) || !/x-stainless-os/.test(allowed))
      throw new CheckFailure(`the preflight response allows only "${allowed}", which excludes OpenAI's SDK in browsers`)
    const plain = await sendWithToken(target, '/v1/models', { headers: { origin: ORIGIN } })
    for (const [name, response] of Object.entries({ preflight, response: plain })) {
      const values = response.header('access-control-allow-origin')
      if (values.length !== 1 || values[0]?.includes(','))
        throw new CheckFailure(
          `the ${name} has ${values.length} headers access-control-allow-origin (${values.join(' | ')}); browsers require exactly one. Disable CORS on the trigger and the domain: the proxy handles it.`,
        )
    }
    return 'exactly one access-control-allow-origin'
  },
  chat: async (target) => {
    const response = await chat(target, 'Answer with the one word: pong')
    const { choices, usage } = expectOk(response)
    const text = Array.isArray(choices) ? objectOrEmpty(objectOrEmpty(choices[0]).message).content : undefined
    if (typeof text !== 'string' || text === '') throw new CheckFailure(`no text in ${excerpt(response)}`)
    return `${objectOrEmpty(usage).total_tokens} tokens`
  },
  stream: async (target) => {
    const response = await chat(target, 'Count from 1 to 100, one number on each line.', true)
    if (response.status !== 200) throw makeStatusFailure(response, 200)
    if (!response.header('content-type').join().startsWith('text/event-stream'))
      throw new CheckFailure('the stream is not text/event-stream')
    const failed = /^data: (\{"error".*)$/m.exec(response.body)
    if (failed) throw makeStreamFailure(failed[1] ?? '')
    if (!/^data: \[DONE\]$/m.test(response.body)) throw new CheckFailure('the stream ends without [DONE]: it was cut off')
    const { length } = response.arrivalsMs
    const [first, last] = [response.arrivalsMs[0] ?? 0, response.arrivalsMs.at(-1) ?? 0]
    const summary = `${length} pieces, the first after ${first.toFixed(0)} ms, the last ${(last - first).toFixed(0)} ms later`
    if (length < LEAST_PIECES || last - first < LEAST_SPREAD_MS)
      throw new CheckFailure(
        `the stream arrived at once (${summary}): a gateway or proxy in between buffers it (for nginx, see docs/nginx.conf; disable buffering and compression of text/event-stream in a CDN or gateway).`,
      )
    return summary
  },
}

const sendWithToken = ({ address }: SmokeTarget, path: string, options: RequestOptions = {}): Promise<HttpResponse> =>
  send(address, path, { sendsToken: true, ...options })

const chat = (target: SmokeTarget, content: string, stream = false): Promise<HttpResponse> =>
  sendWithToken(target, '/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ model: target.model, messages: [{ role: 'user', content }], ...(stream ? { stream } : {}) }),
  })

/** Returns the JSON object of a response; `{}` for other bodies. @throws unless it is a 200 */
function expectOk(response: HttpResponse): Readonly<Record<string, unknown>> {
  if (response.status !== 200) throw makeStatusFailure(response, 200)
  return parseJsonObject(response.body)
}

function expectError(response: HttpResponse, status: number, code: string | undefined): string {
  if (response.status !== status) throw makeStatusFailure(response, status)
  const error = objectOrEmpty(parseJsonObject(response.body).error)
  const missing = ['message', 'type', 'param', 'code'].filter((name) => !(name in error))
  if (missing.length > 0) throw new CheckFailure(`the error has no ${missing.join(', ')}: ${excerpt(response)}`)
  if (code !== undefined && error.code !== code) throw new CheckFailure(`the error's code is ${error.code} instead of ${code}`)
  return `${status} ${error.code}`
}

const excerpt = ({ body }: HttpResponse): string => JSON.stringify(body.slice(0, 200))
