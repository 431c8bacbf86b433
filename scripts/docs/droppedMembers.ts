// Fields of Gemini's native answers that a chat answer lacks. test/suites/oracle checks real
// answers: each value is in the chat answer or listed here, and no entry is unused.

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
    reason: 'The proxy gives each completion an id of its own, which its log names; several upstream calls may share it.',
  },
  { path: /^createTime$/, reason: 'OpenAI counts whole seconds, and the proxy sets them when the answer begins. Vertex AI only.' },
  { path: /^turnToken$/, reason: 'Google has not documented this field, and no request accepts it.' },
  { path: /^modelVersion$/, reason: 'OpenAI names the requested model. The log names the one that has answered.' },
  { path: /^usageMetadata\.trafficType$/, reason: 'It says how Vertex AI bills the call, which OpenAI expresses by `service_tier` only.' },
  { path: /^usageMetadata\.serviceTier$/, reason: 'It becomes `service_tier`, where the request has one, by the names of OpenAI.' },
  {
    path: /^usageMetadata\.\w+TokensDetails\[\]\.modality$/,
    reason: 'It becomes the name of a count, such as `image_tokens`; the remaining tokens are text.',
  },
  {
    path: /^usageMetadata\.(?:cacheTokensDetails|toolUsePromptTokensDetails)\[\]\.tokenCount$/,
    reason: 'OpenAI counts cached tokens, and the proxy those of tools, without their kind.',
  },
  {
    path: /^usageMetadata\.\w+TokenCount$/,
    reason: 'The counts of the last event replace those of earlier ones, and OpenAI adds some of them up.',
  },
  {
    path: /^usageMetadata\.(?:prompt|candidates)TokensDetails\[\]\.tokenCount$/,
    reason: 'Text tokens are the rest of the total, and the last event replaces the earlier ones.',
  },
  { path: /^candidates\[\]\.finishReason$/, reason: 'It becomes a finish reason of OpenAI, or an error.' },
  { path: /^candidates\[\]\.finishMessage$/, reason: 'After a normal end it only says that functions were called.' },
  { path: /^candidates\[\]\.content\.role$/, reason: 'It is always `model`, which OpenAI calls `assistant`.' },
  { path: /\.parts\[\]\.thought$/, reason: 'It decides between `content` and `reasoning_content`.' },
  { path: /\.parts\[\]\.inlineData\.mimeType$/, reason: 'It is a part of the `data:` URL of an image.' },
  {
    path: /\.parts\[\]\.functionCall\.id$/,
    reason: 'Gemini repeats ids in other answers: clients get unique ones, and the proxy restores those of Gemini.',
  },
  {
    path: /\.parts\[\]\.functionCall\./,
    reason: 'The client must not execute a call that Google executes itself, or of a function that it has not declared.',
  },
  {
    path: /\.parts\[\]\.functionResponse\./,
    reason: "It is the result of an MCP server's tool, which Google itself has called.",
  },
  {
    path: /\.parts\[\]\.toolCall\./,
    reason: "Its searches become `web_search_queries`; the call itself is for Gemini only, and comes back to it from the proxy's store.",
  },
  {
    path: /\.parts\[\]\.toolResponse\./,
    reason: "For Gemini only, up to 140 kB: it comes back from the proxy's store, not from the client.",
  },
  {
    path: /\.parts\[\]\.thoughtSignature$/,
    reason: "A signature of code, of Google's own tools or of text that was withheld: the proxy restores it where Gemini needs it.",
  },
  { path: /\.logprobsResult\.\w+\[\](?:\.candidates\[\])?\.tokenId$/, reason: 'OpenAI describes a token by its text and bytes.' },
]
