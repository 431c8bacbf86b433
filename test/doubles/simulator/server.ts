import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerTo } from './answer.js'
import { chunksOf } from './chunks.js'
import { toCompletion } from './completion.js'
import { checkCredentials } from './credentials.js'
import { directedTextOf, readDirective } from './directive.js'
import { embed } from './embeddings.js'
import { htmlPage, invalidArgument, Refusal } from './errors.js'
import type { Entry } from './log.js'
import { listModels, retrieveModel } from './models.js'
import { isFileUpload } from './native/files.js'
import { nativeOperation, surfaceOf } from './native/routes.js'
import { BASE_PATH, type Call, type Operation, type Parts, replyOr } from './operation.js'
import { doneOf, type Reply, replyError, replyJson, replyStream, replyText } from './reply.js'
import { modelNameOf, readChatRequest } from './request.js'
import { isObject } from './strict.js'
import { hasOwnSignature } from './turns.js'
import type { Behaviour, Settings, UsagePlacement } from './types.js'
import { inflict, makeWriter, type Writer } from './writer.js'

/** Default forms of errors and line ends on the native API, by kind of response. */
const NATIVE = {
  json: { errorForm: 'object' },
  stream: { errorForm: 'sse-json', eol: 'crlf' },
  interaction: { errorForm: 'word' },
} as const

/** Serves one API request from its first byte to its last. */
export const serve = async (parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const startedAt = performance.now()
  const entry = parts.log.open(request, response)
  const surface = surfaceOf(request.url ?? '')
  const queued = parts.queue.take(surface.queuePath) ?? {}
  const early: Behaviour = {
    ...(surface.isNative ? NATIVE[surface.isInteraction === true ? 'interaction' : surface.isSse ? 'stream' : 'json'] : {}),
    ...parts.settings.behaviour,
    ...queued,
  }
  const onFault = (): void => {
    entry.isFaulted = true
  }
  if (early.fault?.kind === 'refuse') {
    await inflict(early.fault, response, onFault)
    return
  }
  const writerFor = (behaviour: Behaviour): Writer => makeWriter({ response, behaviour, gate: parts.gate, onFault })
  const replyFor = (behaviour: Behaviour): Reply => ({ response, behaviour, writer: writerFor(behaviour), startedAt })
  try {
    const bytes = await readBytes(request)
    if (bytes === undefined) return
    const call = readCall(parts, request, entry, bytes, queued)
    const directed = parts.queue.isDue(call.directed.behaviour) ? call.directed.behaviour : {}
    const reply = replyFor({ ...early, ...directed })
    const { writer } = reply
    if (!(await writer.sleep(reply.behaviour.latencyMs)) || !(await writer.hold('before-headers'))) return
    if (!(await writer.strike('before-headers'))) return
    await route(parts, request, call, reply)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    // A refused request ignores the behaviour, except its delays and its form of errors.
    await replyError(replyFor({ errorForm: early.errorForm ?? 'array' }), error.error)
  }
}

/**
 * Reads the body; `undefined` when the client disconnected while sending it. It uses events because
 * `for await` takes a fifth of a request's time.
 */
function readBytes(request: IncomingMessage): Promise<Buffer | undefined> {
  if (request.method === 'GET') return Promise.resolve(EMPTY)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
    request.once('error', () => resolve(undefined))
    request.once('close', () => resolve(undefined))
  })
}

const EMPTY = Buffer.of()
const NONE = { text: '', behaviour: {} } as const

function readCall(parts: Parts, request: IncomingMessage, entry: Entry, bytes: Buffer, queued: Behaviour): Call {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2)
  if (isFileUpload(path, query)) {
    parts.log.keep(entry, undefined, bytes.length)
    return { path, query, body: undefined, bytes, length: bytes.length, queued, directed: NONE }
  }
  const text = bytes.toString()
  let body: unknown
  try {
    body = text === '' ? undefined : JSON.parse(text)
  } catch {
    parts.log.keep(entry, text, text.length)
    if (operationFor(request, path) === undefined)
      return { path, query, body: undefined, bytes, length: text.length, queued, directed: NONE }
    throw invalidArgument('Invalid JSON payload received. Unexpected token.')
  }
  parts.log.keep(entry, body, text.length)
  const directed = text.includes('simulate:') ? readDirective(directedTextOf(body)) : { text: directedTextOf(body), behaviour: {} }
  return { path, query, body: isObject(body) ? body : undefined, bytes, length: text.length, queued, directed }
}

async function route(parts: Parts, request: IncomingMessage, call: Call, reply: Reply): Promise<void> {
  const operation = operationFor(request, call.path)
  if (operation === undefined) await replyText(reply, 404, 'text/html; charset=UTF-8', htmlPage(404))
  else await operation(parts, call, reply)
}

/** Returns the operation of the compatible or native API for a path; it checks the key first. */
function operationFor({ method = '', headers, url = '' }: IncomingMessage, path: string): Operation | undefined {
  const operation = operationOf(method, path)
  if (operation === undefined) return nativeOperation(method, url, headers)
  return (parts, call, reply) => {
    // Like Google, report a missing model before a missing key.
    if (method === 'POST') modelNameOf(call.body)
    checkCredentials(headers, call.query, parts.settings)
    return operation(parts, call, reply)
  }
}

function operationOf(method: string, path: string): Operation | undefined {
  if (!path.startsWith(`${BASE_PATH}/`)) return undefined
  const name = path.slice(BASE_PATH.length)
  if (method === 'POST') return name === '/chat/completions' ? chat : name === '/embeddings' ? embeddings : undefined
  if (method !== 'GET') return undefined
  if (name === '/models') return models
  return name.startsWith('/models/') ? oneModel(name.slice('/models/'.length).replaceAll('%2F', '/')) : undefined
}

const models: Operation = (parts, _call, reply) =>
  replyOr(reply, false, () => replyJson(reply, { object: 'list', data: listModels(parts.settings) }))

const oneModel =
  (id: string): Operation =>
  (parts, _call, reply) =>
    replyOr(reply, false, () => replyJson(reply, retrieveModel(id, parts.settings)))

const embeddings: Operation = (parts, call, reply) => {
  const answer = embed(call.body ?? {}, parts.settings)
  return replyOr(reply, false, () => replyJson(reply, answer))
}

const chat: Operation = (parts, call, reply) => {
  const { request, model } = readChatRequest(call.body ?? {}, parts.settings)
  const { behaviour } = reply
  if (behaviour.refusesSignatures !== undefined && hasOwnSignature(request)) throw invalidArgument(behaviour.refusesSignatures)
  const isStream = request.stream === true
  return replyOr(reply, isStream, async () => {
    const isQueued = call.queued.toolCalls !== undefined
    const prompt = { request, model, behaviour, userText: call.directed.text, bodyLength: call.length, isQueued }
    const answer = answerTo(prompt)
    if (!isStream) await replyJson(reply, toCompletion(answer, behaviour))
    else {
      const usage = request.stream_options?.include_usage === true ? placementOf(behaviour, parts.settings) : undefined
      await replyStream(reply, chunksOf(answer, { behaviour, usage }), { form: 'bare-array', end: doneOf(behaviour) })
    }
  })
}

function placementOf({ usage }: Behaviour, settings: Settings): UsagePlacement {
  return (typeof usage === 'string' ? usage : usage?.placement) ?? settings.usage
}
