import type { Content, GenerateContentRequest, Part } from '../../src/upstream/native/wire/types.js'

type Json = Readonly<Record<string, unknown>>

/** A request to Gemini, as the simulator has recorded it. */
interface LoggedRequest {
  readonly path: string
  readonly body: unknown
}

/**
 * Returns a recorded request to Gemini as a chat request, for tests on both of Google's APIs.
 * Parameters that only the native API has are omitted.
 */
export function sentChat({ path, body }: LoggedRequest): Json {
  const [, model] = /\/models\/([^/:]+):(?:streamG|g)enerateContent/.exec(path) ?? []
  return model === undefined ? (body as Json) : toChat(decodeURIComponent(model), body as GenerateContentRequest)
}

function toChat(model: string, { contents, systemInstruction, generationConfig = {}, ...more }: GenerateContentRequest): Json {
  const system = systemInstruction === undefined ? [] : [{ role: 'system', content: systemInstruction.parts[0]?.text }]
  const { maxOutputTokens, temperature, topP, stopSequences, thinkingConfig } = generationConfig
  const google = {
    ...(thinkingConfig === undefined ? {} : { thinking_config: toSnakeCase(thinkingConfig as Json) }),
    ...(more.cachedContent === undefined ? {} : { cached_content: more.cachedContent }),
  }
  return {
    model,
    messages: [...system, ...contents.flatMap(toMessages)],
    ...withValues({ max_tokens: maxOutputTokens, temperature, top_p: topP, stop: stopSequences, service_tier: more.serviceTier }),
    ...toTools(more),
    ...toFormat(generationConfig),
    ...(Object.keys(google).length === 0 ? {} : { extra_body: { google } }),
  }
}

const withValues = (members: Json): Json => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

const toSnakeCase = (value: Json): Json =>
  Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), member]),
  )

function toMessages({ role, parts }: Content): Json[] {
  const results = parts.flatMap(({ functionResponse: result }) => (result === undefined ? [] : [result]))
  if (results.length > 0) {
    return results.map(({ id, name, response, parts: media = [] }) => ({
      role: 'tool',
      tool_call_id: id,
      name,
      content: media.length === 0 ? textOf(response) : [{ type: 'text', text: textOf(response) }, ...media.map(toPart)],
    }))
  }
  return role === 'model' ? [toAssistant(parts)] : [{ role, content: parts.every(isText) ? joined(parts) : parts.map(toPart) }]
}

const isText = ({ text }: Part): boolean => text !== undefined
const joined = (parts: readonly Part[]): string => parts.map(({ text = '' }) => text).join('')

/**
 * Returns the text of a function result: its member `result`, in which the proxy wraps plain text,
 * or else its JSON.
 */
const textOf = (response: object): unknown => ('result' in response ? response.result : JSON.stringify(response))

function toAssistant(parts: readonly Part[]): Json {
  const text = joined(parts)
  const calls = parts.flatMap(({ functionCall: call, thoughtSignature: signature }) =>
    call === undefined
      ? []
      : [
          {
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: JSON.stringify(call.args) },
            ...extraContentOf(signature),
          },
        ],
  )
  const signature = parts.findLast((part) => part.functionCall === undefined && part.thoughtSignature !== undefined)?.thoughtSignature
  return {
    role: 'assistant',
    ...(text === '' ? {} : { content: text }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...extraContentOf(signature),
  }
}

const extraContentOf = (signature: string | undefined): Json =>
  signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }

function toPart({ text, inlineData }: Part): Json {
  if (text !== undefined) return { type: 'text', text }
  const { mimeType = '', data = '' } = inlineData ?? {}
  const [, format] = /^audio\/(wav|mpeg|aiff|aac|ogg|flac)$/.exec(mimeType) ?? []
  if (format !== undefined) return { type: 'input_audio', input_audio: { data, format: format === 'mpeg' ? 'mp3' : format } }
  return { type: 'image_url', image_url: { url: `data:${mimeType};base64,${data}` } }
}

function toTools({ tools = [], toolConfig }: Pick<GenerateContentRequest, 'tools' | 'toolConfig'>): Json {
  const declared = tools.flatMap((tool) => ('functionDeclarations' in tool ? (tool.functionDeclarations as readonly Json[]) : []))
  if (declared.length === 0) return {}
  const { mode, allowedFunctionNames: [only, ...others] = [] } = toolConfig?.functionCallingConfig ?? {}
  const isNamed = only !== undefined && others.length === 0
  const choice = mode === 'ANY' ? (isNamed ? { type: 'function', function: { name: only } } : 'required') : mode?.toLowerCase()
  return {
    tools: declared.map(({ parametersJsonSchema: parameters, description, ...named }) => ({
      type: 'function',
      function: { ...named, ...(description === '' ? {} : { description }), ...withValues({ parameters }) },
    })),
    ...(choice === undefined || choice === 'validated' ? {} : { tool_choice: choice }),
  }
}

function toFormat({ responseMimeType, responseJsonSchema: schema }: Json): Json {
  if (responseMimeType !== 'application/json') return {}
  return { response_format: schema === undefined ? { type: 'json_object' } : { type: 'json_schema', json_schema: { schema } } }
}

/**
 * Returns a recorded request as {@link sentChat} does. A negative position counts from the end. If
 * there is no request at the position, returns one without messages.
 */
export function sentAt(requests: readonly LoggedRequest[], position: number): Json {
  const request = requests.at(position)
  return request === undefined ? { messages: [] } : sentChat(request)
}
