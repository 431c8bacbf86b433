import type { Exchange } from './recorder.js'

/** Headers that are not compared: those of the connection, and the date. */
const OF_TRANSPORT = ['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'alt-svc']
/** Fields of which the values are compared, not only the types. */
const COMPARED_VALUES = ['finish_reason', 'object', 'role', 'type', 'status']

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Describes a JSON value: its fields with their types, and the values on which clients depend. */
function formOf(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [`${at}: empty list`] : value.flatMap((each) => formOf(each, `${at}[]`))
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, member]) => {
      const path = `${at}.${key}`
      return COMPARED_VALUES.includes(key) && typeof member === 'string' ? [`${path} = ${member}`] : formOf(member, path)
    })
  }
  return [`${at}: ${value === null ? 'null' : typeof value}`]
}

/** Returns the facts about the form of a response, each once: its headers, fields and events. */
export function shapeOf({ status, headers, body }: Exchange): ReadonlySet<string> {
  const names = Object.keys(headers).filter((name) => !OF_TRANSPORT.includes(name))
  const facts = [
    `status ${status}`,
    `content-type ${(headers['content-type'] ?? 'none').split(';', 1)[0]}`,
    ...names.map((name) => `header ${name}`),
  ]
  return new Set([...facts, ...(headers['content-type']?.startsWith('text/event-stream') ? ofStream(body) : ofBody(body))])
}

function ofBody(body: string): string[] {
  try {
    return formOf(JSON.parse(body), '$')
  } catch {
    return [body === '' ? 'no body' : 'a body that is not JSON']
  }
}

function ofStream(body: string): string[] {
  const lines = body.split(/\r\n|\n|\r/)
  const events = lines.filter((line) => line.startsWith('data: {'))
  const counted = events.filter((event) => event.includes('"usage":')).length
  // Says which events have token counts. Not reported for a stream of one event, which is both
  // every event and the last one.
  const fact = counted === events.length ? 'usage on every event' : 'usage on the last event'
  const facts = lines.flatMap((line) => {
    if (line === '') return []
    if (line.startsWith(':')) return ['a comment']
    if (line === 'data: [DONE]') return ['[DONE]']
    if (!line.startsWith('data: ')) return [`a line that begins with ${JSON.stringify(line.slice(0, 8))}`]
    return ofBody(line.slice(6)).map((fact) => `event ${fact}`)
  })
  return [...facts, ...(counted > 0 && events.length > 1 ? [fact] : [])]
}

/** Returns the facts about the shapes of all responses, by the purpose of the exchange. */
export function shapesOf(exchanges: readonly Exchange[]): ReadonlyMap<string, ReadonlySet<string>> {
  const shapes = new Map<string, Set<string>>()
  for (const exchange of exchanges) {
    const known = shapes.get(exchange.purpose) ?? new Set()
    for (const fact of shapeOf(exchange)) known.add(`${exchange.path.split('/')[1] ?? ''} ${fact}`)
    shapes.set(exchange.purpose, known)
  }
  return shapes
}

/** Returns the differences between Google and the simulator, one line each. */
export function driftBetween(google: readonly Exchange[], simulator: readonly Exchange[]): string[] {
  const [there, here] = [shapesOf(google), shapesOf(simulator)]
  return [...there].flatMap(([purpose, facts]) => {
    const expected = here.get(purpose)
    if (expected === undefined) return [`${purpose}: was run on Google, not on the simulator`]
    const more = [...facts].filter((fact) => !expected.has(fact)).map((fact) => `${purpose}: only Google: ${fact}`)
    return [...more, ...[...expected].filter((fact) => !facts.has(fact)).map((fact) => `${purpose}: only the simulator: ${fact}`)]
  })
}
