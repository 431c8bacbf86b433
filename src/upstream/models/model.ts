/** How much a model thinks before it answers, from not at all to most. */
export type ThinkingLevel = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh'

/** One model of Gemini, as the catalogue describes it. */
export interface CataloguedModel {
  readonly id: string
  readonly displayName: string
  /** The day of the model's release, ISO 8601. */
  readonly releasedOn: string
  /** The announced day from which Google refuses or reroutes requests to the model, ISO 8601. */
  readonly retiredOn?: string
  /** Id of the model that answers requests for this one after its retirement. */
  readonly replacement?: string
  readonly contextWindow: number
  readonly maxOutputTokens: number
  /** Maximum tokens of an answer that is not streamed; undefined if that is `maxOutputTokens`. */
  readonly maxUnstreamedTokens?: number
  readonly inputModalities: readonly string[]
  /** The thinking levels that the model accepts, lowest first; empty if it does not think. */
  readonly thinkingLevels: readonly ThinkingLevel[]
  /** The thinking level that applies if a request names none. */
  readonly defaultThinkingLevel?: ThinkingLevel
  /** Google's parameter for thinking: a level (Gemini 3) or a budget of tokens (Gemini 2.5). */
  readonly thinkingBy?: 'level' | 'budget'
  /** Minimum and maximum of budgets above 0, in tokens; undefined if Google refuses budgets. */
  readonly budgets?: readonly [least: number, most: number]
}

/** The capabilities in which Gemini's models differ. */
export interface ModelTraits {
  /** False if Google refuses `presencePenalty` and `frequencyPenalty` for the model. */
  readonly takesPenalties: boolean
  /** False if Google refuses `responseLogprobs` for the model. */
  readonly takesLogprobs: boolean
  /** False if Google ignores `topK` for the model. */
  readonly takesTopK: boolean
  /** True if Google ignores `temperature` and `top_p` for the model: the proxy drops them. */
  readonly ignoresSampling: boolean
  /** True if Google's own tools, such as Google Search, can be combined with functions. */
  readonly mixesBuiltInTools: boolean
  /** True if the result of a tool call may contain images and files. */
  readonly takesMediaInResults: boolean
  /** True if JSON output can be combined with tools. */
  readonly mixesJsonAndTools: boolean
  /** True if the model reads office documents, such as .docx. */
  readonly takesOfficeFiles: boolean
  /** True if the model's answers may contain images. */
  readonly makesImages: boolean
  /** The image sizes that a request may name, smallest first; empty if it may name none. */
  readonly imageSizes: readonly string[]
  /**
   * For a model that answers with speech only: whether directions for speaking are a member of the
   * text part (`directed`, from Gemini 3.8 on), or precede the text in it (`prompted`). Undefined
   * for any other model.
   */
  readonly speech: 'directed' | 'prompted' | undefined
  /** True if the model only transcribes speech. */
  readonly transcribes: boolean
  /** True if the model accepts a system instruction. */
  readonly takesInstructions: boolean
  /** True if continuations can extend an answer that one call cuts off (long decode). */
  readonly supportsContinuations: boolean
  /** True if Google refuses a tool call of the current turn without its thought signature. */
  readonly needsSignatures: boolean
  /** False if Google has no `cachedContent` for the model. */
  readonly takesCachedContent: boolean
}
