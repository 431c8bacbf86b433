/** The type of a request field. `any` accepts every value, because other code checks the field. */
export type Field = 'STRING' | 'BOOL' | 'INT32' | 'FLOAT' | 'any' | Message | readonly [Message]

/** The fields of one object that Google accepts; every other field is refused. */
export interface Message {
  readonly [name: string]: Field
}

const THOUGHT_CONTENT: Message = { google: { thought: 'BOOL', thought_signature: 'STRING' } }

const TOOL_CALL: Message = {
  id: 'STRING',
  type: 'STRING',
  function: { name: 'STRING', arguments: 'STRING' },
  extra_content: THOUGHT_CONTENT,
}

/** A content part: Google documents text, image and audio, but not OpenAI's `file`. */
export const PART_FIELDS: Message = {
  type: 'STRING',
  text: 'STRING',
  image_url: { url: 'STRING', detail: 'STRING' },
  input_audio: { data: 'STRING', format: 'STRING' },
}

/**
 * A message. Google documents neither OpenAI's `refusal`, `audio`, `annotations` and
 * `function_call`, nor `reasoning_content`, so the strict parser is assumed to refuse them, and a
 * client of the simulator must not send them.
 */
const CHAT_MESSAGE: Message = {
  role: 'STRING',
  content: 'any',
  name: 'STRING',
  tool_calls: [TOOL_CALL],
  tool_call_id: 'STRING',
  extra_content: THOUGHT_CONTENT,
}

/** A tool. `strict` is accepted because the Agents SDK sends it with every tool. */
const TOOL: Message = { type: 'STRING', function: { name: 'STRING', description: 'STRING', parameters: 'any', strict: 'BOOL' } }

/** The fields that Google accepts in the body of `POST /chat/completions`. */
export const CHAT_FIELDS: Message = {
  model: 'STRING',
  messages: [CHAT_MESSAGE],
  temperature: 'FLOAT',
  top_p: 'FLOAT',
  max_tokens: 'INT32',
  max_completion_tokens: 'INT32',
  n: 'INT32',
  stop: 'any',
  stream: 'BOOL',
  stream_options: { include_usage: 'BOOL' },
  tools: [TOOL],
  tool_choice: 'any',
  parallel_tool_calls: 'BOOL',
  response_format: { type: 'STRING', json_schema: { name: 'STRING', description: 'STRING', schema: 'any', strict: 'BOOL' } },
  reasoning_effort: 'STRING',
  service_tier: 'STRING',
  presence_penalty: 'FLOAT',
  extra_body: {
    google: {
      cached_content: 'STRING',
      thinking_config: { include_thoughts: 'BOOL', thinking_budget: 'INT32', thinking_level: 'STRING' },
    },
  },
}

/** The fields that Google accepts in the body of `POST /embeddings`. */
export const EMBEDDING_FIELDS: Message = { model: 'STRING', input: 'any', dimensions: 'INT32', encoding_format: 'STRING' }
