// Fields of Gemini's native answers that a chat completion lacks. test/suites/oracle compares real
// answers: each value is in the chat completion or listed here, and no entry is unused.

/** A field of Gemini's answers that is not passed on, with the reason. */
export interface DroppedMember {
  /** Pattern of the field's path, such as `candidates[].content.role`. */
  readonly path: RegExp
  readonly reason: string
}

/** All fields of Gemini's answers that are not passed on to clients. */
export const DROPPED_MEMBERS: readonly DroppedMember[] = [
  {
    path: /^responseId$/,
    reason: 'Each completion gets an id from the proxy, which is also logged: one completion may combine several upstream calls.',
  },
  { path: /^createTime$/, reason: 'Only Vertex AI sends this time. The proxy sets `created`, in whole seconds, when the answer begins.' },
  { path: /^turnToken$/, reason: 'Google has not documented this field, and no request accepts it.' },
  { path: /^modelVersion$/, reason: "As in OpenAI's API, `model` is the requested model. The log contains the model that answered." },
  {
    path: /^usageMetadata\.trafficType$/,
    reason: 'This field says how Vertex AI bills the call. OpenAI has only `service_tier` for that.',
  },
  {
    path: /^usageMetadata\.serviceTier$/,
    reason: "The tier is returned as `service_tier` with OpenAI's names, if the request contains `service_tier`.",
  },
  {
    path: /^usageMetadata\.\w+TokensDetails\[\]\.modality$/,
    reason: 'The modality becomes the name of a count, such as `image_tokens`; tokens without such a count are text.',
  },
  {
    path: /^usageMetadata\.(?:cacheTokensDetails|toolUsePromptTokensDetails)\[\]\.tokenCount$/,
    reason: 'The proxy counts cached tokens and the tokens of tool results as a whole: `usage` has no counts of them by modality.',
  },
  {
    path: /^usageMetadata\.\w+TokenCount$/,
    reason: 'The counts of the last event replace those of earlier events, and some counts of OpenAI are sums of several of these.',
  },
  {
    path: /^usageMetadata\.(?:prompt|candidates)TokensDetails\[\]\.tokenCount$/,
    reason:
      'Text tokens are not counted separately: they are the remainder of the total. The counts of the last event replace earlier ones.',
  },
  { path: /^candidates\[\]\.finishReason$/, reason: 'The reason is converted to a `finish_reason` of OpenAI, or to an error.' },
  { path: /^candidates\[\]\.finishMessage$/, reason: 'For the finish reason STOP, this message only says that functions were called.' },
  { path: /^candidates\[\]\.content\.role$/, reason: 'The role is always `model`, which OpenAI calls `assistant`.' },
  { path: /\.parts\[\]\.thought$/, reason: 'This flag decides whether the text becomes `content` or `reasoning_content`.' },
  { path: /\.parts\[\]\.inlineData\.mimeType$/, reason: 'The media type becomes a part of the `data:` URL of the image.' },
  {
    path: /\.parts\[\]\.functionCall\.id$/,
    reason: 'Gemini may use the same id in another answer: clients get unique ids, and the proxy restores the original ones in requests.',
  },
  {
    path: /\.parts\[\]\.functionCall\./,
    reason: 'The client must not execute a call that Google executes itself, nor a call of a function that the request does not declare.',
  },
  {
    path: /\.parts\[\]\.functionResponse\./,
    reason: "This is the result of an MCP server's tool that Google itself has called.",
  },
  {
    path: /\.parts\[\]\.toolCall\./,
    reason:
      'The searches are returned as `web_search_queries`. Only Gemini needs the call itself: the proxy stores it and sends it with the next request.',
  },
  {
    path: /\.parts\[\]\.toolResponse\./,
    reason:
      'Only Gemini needs this response of up to 140 kB: the proxy stores it and sends it with the next request, so the client need not.',
  },
  {
    path: /\.parts\[\]\.thoughtSignature$/,
    reason:
      "This is the signature of executed code, of Google's own tools or of withheld text: the proxy restores it where Gemini needs it.",
  },
  {
    path: /\.logprobsResult\.\w+\[\](?:\.candidates\[\])?\.tokenId$/,
    reason: 'OpenAI identifies a token by its text and bytes, not by an id.',
  },
]
