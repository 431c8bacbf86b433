import { invalidArgument, Refusal } from '../errors.js'
import { type Call, type Operation, type Parts, replyOr } from '../operation.js'
import { randomText } from '../random.js'
import { JSON_UTF8, type Reply, replyStream, replyText } from '../reply.js'
import { isObject } from '../strict.js'
import type { JsonObject } from '../types.js'
import { type NativeAnswer, nativeAnswerTo } from './answer.js'
import { interactionEvents, stepsOf } from './interactionEvents.js'
import { inputContents } from './interactionInput.js'
import { nativeModel } from './models.js'
import { promptTokensOf } from './usage.js'
import type { NativeContent, NativeRequest } from './wire.js'

/** A stored interaction, and the API key with which a client created it. */
interface Stored {
  readonly key: string
  readonly contents: readonly NativeContent[]
  readonly events: readonly JsonObject[]
  interaction: JsonObject
  /** Number of requests for the interaction so far. */
  polls: number
}

/** The stored interactions by id. */
export type Interactions = Map<string, Stored>

const PATH = '/v1beta/interactions'
const FIELDS: ReadonlySet<string> = new Set([
  ...['model', 'agent', 'input', 'previous_interaction_id', 'stream', 'background', 'store', 'tools', 'generation_config', 'labels'],
  ...['system_instruction', 'response_format', 'response_modalities', 'cached_content', 'environment', 'agent_config', 'service_tier'],
  ...['safety_settings', 'continuation_token', 'webhook_config', 'response_mime_type'],
])

/** True if a path belongs to the Interactions API. */
export const isInteractionPath = (path: string): boolean => path === PATH || path.startsWith(`${PATH}/`)

/** Returns the operation of a path of the Interactions API; undefined if there is none. */
export function interactionOperation(method: string, path: string, key: string): Operation | undefined {
  if (path === PATH) return method === 'POST' ? (parts, call, reply) => create(parts, call, reply, key) : undefined
  const [id = '', action] = path.slice(PATH.length + 1).split('/')
  if (method === 'POST' && action === 'cancel') return (parts, _call, reply) => cancel(find(parts, id, key), reply)
  if (action !== undefined) return undefined
  if (method === 'GET') return (parts, call, reply) => get(find(parts, id, key), call, reply)
  if (method !== 'DELETE') return undefined
  return (parts, _call, reply) => {
    find(parts, id, key)
    return replyOr(reply, false, () => {
      parts.interactions.delete(id)
      return sendObject(reply, {})
    })
  }
}

function find({ interactions }: Parts, id: string, key: string): Stored {
  const stored = interactions.get(id)
  if (stored === undefined) throw new Refusal({ code: 404, status: 'NOT_FOUND', message: `Interaction ${id} not found.` })
  if (stored.key === key) return stored
  const message = `You do not have permission to access the interaction ${id} or it may not exist.`
  throw new Refusal({ code: 403, status: 'PERMISSION_DENIED', message })
}

function create(parts: Parts, call: Call, reply: Reply, key: string): Promise<void> {
  const body = call.body ?? {}
  const unknown = Object.keys(body).find((name) => !FIELDS.has(name))
  if (unknown !== undefined) throw invalidArgument(`Unknown parameter: ${unknown}.`)
  const { model, agent, previous_interaction_id: previousId, stream, background, store } = body
  if ((model === undefined) === (agent === undefined)) throw invalidArgument('Exactly one of model and agent must be set.')
  if (stream !== undefined && typeof stream !== 'boolean') throw invalidArgument('stream must be a boolean.')
  if (body.input === undefined && body.continuation_token === undefined) throw invalidArgument('input is required.')
  const modelId = typeof model === 'string' ? model : 'gemini-3.5-flash'
  const known = nativeModel(modelId, 'generate', 'generateContent', parts.settings)
  const previous = previousId === undefined ? undefined : find(parts, String(previousId), key)
  const contents = [...(previous?.contents ?? []), ...inputContents(body.input)]
  const request: NativeRequest = { contents }
  return replyOr(reply, stream === true, async () => {
    const { behaviour } = reply
    const isQueued = call.queued.toolCalls !== undefined
    const prompt = { request, model: known, behaviour, userText: call.directed.text, isStream: stream === true, isQueued }
    const answer = nativeAnswerTo(prompt)
    const id = `v1_${randomText(24, 'base64url')}`
    const named = agent === undefined ? { model: answer.modelVersion } : { agent }
    const isStored = store !== false
    const isRunning = background === true
    const made = { ...(isStored ? { id } : {}), object: 'interaction', ...named, created: '2026-11-29T10:00:00Z' }
    const usage = usageOf(answer, promptTokensOf(request))
    const events = interactionEvents({ made, answer, usage, behaviour })
    const interaction = isRunning
      ? { ...made, status: 'in_progress' }
      : { ...made, status: statusOf(answer), steps: stepsOf(answer), usage }
    if (isStored) {
      const said = { role: 'model', parts: [...answer.before, { text: answer.texts.join('') }, ...answer.after] }
      parts.interactions.set(id, { key, contents: [...contents, said], events, interaction, polls: 0 })
    }
    await (stream === true ? sendEvents(reply, events) : sendObject(reply, interaction))
  })
}

const statusOf = ({ after }: NativeAnswer): string =>
  after.some(({ functionCall }) => functionCall !== undefined) ? 'requires_action' : 'completed'

function get(stored: Stored, { query }: Call, reply: Reply): Promise<void> {
  const parameters = new URLSearchParams(query)
  const isStream = parameters.get('stream') === 'true'
  const after = parameters.get('last_event_id')
  return replyOr(reply, isStream, () => {
    if (isStream) return sendEvents(reply, stored.events.slice(1 + stored.events.findIndex(({ event_id: id }) => id === after)))
    stored.polls += 1
    const last = stored.events.map(({ interaction }) => interaction).findLast(isObject)
    if (stored.interaction.status === 'in_progress' && stored.polls > 1) stored.interaction = { ...stored.interaction, ...last }
    return sendObject(reply, stored.interaction)
  })
}

function cancel(stored: Stored, reply: Reply): Promise<void> {
  if (stored.interaction.status !== 'in_progress') throw invalidArgument('Only an interaction in the background can be cancelled.')
  return replyOr(reply, false, () => {
    stored.interaction = { ...stored.interaction, status: 'cancelled' }
    return sendObject(reply, stored.interaction)
  })
}

const usageOf = ({ usage }: NativeAnswer, prompt: number): JsonObject => ({
  total_input_tokens: prompt,
  input_tokens_by_modality: [{ modality: 'text', tokens: prompt }],
  total_cached_tokens: 0,
  total_output_tokens: usage.candidates,
  total_tool_use_tokens: 0,
  total_thought_tokens: usage.thoughts,
  total_tokens: prompt + usage.candidates + usage.thoughts,
})

const sendObject = (reply: Reply, value: JsonObject): Promise<void> => replyText(reply, 200, JSON_UTF8, JSON.stringify(value))

const sendEvents = (reply: Reply, events: readonly JsonObject[]): Promise<void> =>
  replyStream(
    reply,
    events.map((event) => JSON.stringify(event)),
    {
      form: 'event',
      end: reply.behaviour.omitDone === true ? '' : 'event: done\ndata: [DONE]\n\n',
      toEvent: (chunk) => `event: ${(JSON.parse(chunk) as { event_type: string }).event_type}\ndata: ${chunk}\n\n`,
    },
  )
