/** Endpoints of an API that this server does not offer. */
export interface MissingEndpoint {
  /** The API that has these endpoints. */
  readonly api: 'OpenAI' | 'Anthropic' | 'Google' | 'Ollama'
  /** Name of the endpoints, which completes the sentence "This proxy does not offer ...". */
  readonly name: string
  /** Templates of the paths, such as `/v1/files/{file_id}`. Paths below them are included. */
  readonly paths: readonly string[]
  /** A sentence that recommends an alternative, for endpoints that have one. */
  readonly instead?: string
}

const CHAT = 'Use POST /v1/chat/completions'
const OPENAI_CLIENT = 'Use a client for the OpenAI API; its base URL is this host followed by /v1.'

/** Endpoints of OpenAI's API that are not offered. */
const MISSING_AT_OPENAI: readonly Omit<MissingEndpoint, 'api'>[] = [
  { name: 'compaction', paths: ['/v1/responses/compact'], instead: 'Send a shorter conversation as `input` to POST /v1/responses.' },
  {
    name: 'cancellation of responses',
    paths: ['/v1/responses/{response_id}/cancel'],
    instead: 'Close the connection, or send DELETE /v1/responses/{response_id}.',
  },
  {
    name: 'lists of input items',
    paths: ['/v1/responses/{response_id}/input_items'],
    instead: 'Store the items of `input` in the client.',
  },
  {
    name: 'lists of stored messages',
    paths: ['/v1/chat/completions/{completion_id}/messages'],
    instead: 'Store the messages in the client.',
  },
  {
    name: 'conversations',
    paths: ['/v1/conversations', '/v1/conversations/{conversation_id}', '/v1/conversations/{conversation_id}/items'],
    instead: 'Continue a response with `previous_response_id`, or send the whole conversation as `input` to POST /v1/responses.',
  },
  {
    name: 'the legacy endpoints',
    paths: ['/v1/engines', '/v1/edits', '/v1/answers', '/v1/classifications', '/v1/search'],
    instead: `${CHAT}.`,
  },
  {
    name: 'variations of images',
    paths: ['/v1/images/variations', '/v1/images'],
    instead: 'Use POST /v1/images/edits with a prompt that describes the variation.',
  },
  { name: 'video generation', paths: ['/v1/videos', '/v1/videos/{video_id}', '/v1/videos/{video_id}/content'] },
  {
    name: 'translations of speech',
    paths: ['/v1/audio/translations'],
    instead: 'Send the audio to POST /v1/chat/completions as an `input_audio` part and ask for its text in English.',
  },
  {
    name: 'custom voices',
    paths: ['/v1/audio/voices', '/v1/audio/voice_consents', '/v1/audio'],
    instead: "Use POST /v1/audio/speech with one of Gemini's voices.",
  },
  {
    name: 'the Realtime API',
    paths: ['/v1/realtime', '/v1/realtime/sessions', '/v1/realtime/client_secrets', '/v1/realtime/calls'],
    instead: `${CHAT} or POST /v1/responses with \`stream: true\`.`,
  },
  {
    name: 'uploads in parts',
    paths: ['/v1/uploads', '/v1/uploads/{upload_id}/parts', '/v1/uploads/{upload_id}/complete', '/v1/uploads/{upload_id}/cancel'],
    instead: 'Upload the file in one piece with POST /v1/files.',
  },
  {
    name: 'vector stores',
    paths: ['/v1/vector_stores', '/v1/vector_stores/{vector_store_id}', '/v1/vector_stores/{vector_store_id}/search'],
    instead: 'Create vectors with POST /v1/embeddings, and search them in your own database.',
  },
  { name: 'reranking', paths: ['/v1/rerank', '/v1/reranking'], instead: 'Compare the vectors of POST /v1/embeddings.' },
  {
    name: 'moderation',
    paths: ['/v1/moderations'],
    instead: "Gemini's own filters apply to every chat; an answer that they stop has the finish reason `content_filter`.",
  },
  {
    name: 'batches',
    paths: ['/v1/batches', '/v1/batches/{batch_id}', '/v1/batches/{batch_id}/cancel'],
    instead: 'Send the requests one by one.',
  },
  { name: 'fine-tuning', paths: ['/v1/fine_tuning/jobs', '/v1/fine_tuning/jobs/{job_id}', '/v1/fine_tuning', '/v1/fine-tunes'] },
  {
    name: 'the Assistants API',
    paths: [
      ...['/v1/assistants', '/v1/assistants/{assistant_id}', '/v1/threads', '/v1/threads/{thread_id}'],
      ...['/v1/threads/{thread_id}/messages', '/v1/threads/{thread_id}/runs'],
    ],
    instead: 'Use POST /v1/responses with `tools` and `previous_response_id`.',
  },
  {
    name: 'containers and skills',
    paths: ['/v1/containers', '/v1/skills'],
    instead: 'Offer functions as `tools`, and run code in the client.',
  },
  { name: 'ChatKit', paths: ['/v1/chatkit'], instead: 'Use POST /v1/responses.' },
  { name: 'evals', paths: ['/v1/evals', '/v1/evals/{eval_id}/runs'] },
  { name: 'checks of content provenance', paths: ['/v1/content_provenance_checks'] },
  {
    name: 'administration and billing',
    paths: ['/v1/organization', '/v1/projects', '/v1/usage', '/v1/dashboard', '/dashboard'],
    instead: '`usage` in each response has its tokens.',
  },
]

const GENERATE = 'Use POST /v1beta/models/{model}:generateContent'

/** Endpoints of Google's API that are not offered. */
const MISSING_AT_GOOGLE: readonly Omit<MissingEndpoint, 'api'>[] = [
  {
    name: 'the batch and prediction methods of models',
    paths: ['/v1beta/models/{model}:{method}', '/v1/models/{model}:{method}'],
    instead: `${GENERATE}.`,
  },
  {
    name: "Google's file storage",
    paths: ['/v1beta/files', '/upload/v1beta'],
    instead: `${GENERATE}, and send the file in the request as \`inlineData\`.`,
  },
  {
    name: 'explicit caches',
    paths: ['/v1beta/cachedContents'],
    instead: 'Gemini caches identical prefixes of requests automatically.',
  },
  { name: "the rest of Google's API", paths: ['/v1beta', '/v1alpha'], instead: `${GENERATE}.` },
]

/** The endpoints that clients may expect, but that are not offered, in the order of the docs. */
export const MISSING_ENDPOINTS: readonly MissingEndpoint[] = [
  ...MISSING_AT_OPENAI.map((endpoint): MissingEndpoint => ({ api: 'OpenAI', ...endpoint })),
  {
    api: 'Anthropic',
    name: 'batches of messages',
    paths: ['/v1/messages/batches', '/v1/messages/batches/{batch_id}', '/v1/messages/batches/{batch_id}/results'],
    instead: 'Send the requests one by one.',
  },
  {
    api: 'Anthropic',
    name: "Anthropic's legacy completions",
    paths: ['/v1/complete'],
    instead: 'Use POST /v1/messages with `messages`.',
  },
  ...MISSING_AT_GOOGLE.map((endpoint): MissingEndpoint => ({ api: 'Google', ...endpoint })),
  {
    api: 'Ollama',
    name: "Ollama's API",
    paths: ['/api/chat', '/api/generate', '/api/tags', '/api/show', '/api/embed', '/api/embeddings', '/api/ps', '/api/version'],
    instead: OPENAI_CLIENT,
  },
]
