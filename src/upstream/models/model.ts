/** How much a model thinks before it answers. */
export type ThinkingLevel = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh'

/** A model of Gemini. */
export interface CataloguedModel {
  readonly id: string
  readonly displayName: string
  /** Release day, ISO 8601. */
  readonly releasedOn: string
  /** The announced day from which Google refuses or reroutes the model. */
  readonly retiredOn?: string
  /** The model that answers requests for this one after its retirement. */
  readonly replacement?: string
  readonly contextWindow: number
  readonly maxOutputTokens: number
  /** Most tokens of an answer that is not streamed, if that is less than `maxOutputTokens`. */
  readonly maxUnstreamedTokens?: number
  readonly inputModalities: readonly string[]
  /** The levels that the model accepts, lowest first; empty for a model that does not think. */
  readonly thinkingLevels: readonly ThinkingLevel[]
  /** The level that applies where a request names none. */
  readonly defaultThinkingLevel?: ThinkingLevel
  /** The parameter for thinking: a level (Gemini 3) or a budget of tokens (Gemini 2.5). */
  readonly thinkingBy?: 'level' | 'budget'
  /** Least and most tokens of a thinking budget above 0; absent where Google refuses budgets. */
  readonly budgets?: readonly [least: number, most: number]
}

/** Capabilities in which Gemini's models differ. */
export interface ModelTraits {
  /** False where Google refuses `presencePenalty` and `frequencyPenalty`. */
  readonly takesPenalties: boolean
  /** False where Google refuses `responseLogprobs`. */
  readonly takesLogprobs: boolean
  /** False where Google ignores `topK`. */
  readonly takesTopK: boolean
  /** True where the proxy drops `temperature` and `top_p`, because Google ignores them. */
  readonly ignoresSampling: boolean
  /** True if built-in tools, such as Google Search, may stand beside functions. */
  readonly mixesBuiltInTools: boolean
  /** True if the result of a function may contain images and files. */
  readonly takesMediaInResults: boolean
  /** True if JSON output may be requested beside functions. */
  readonly jsonBesideTools: boolean
  /** True if office documents, such as .docx, are read. */
  readonly takesOfficeFiles: boolean
  /** True if answers may contain images. */
  readonly makesImages: boolean
  /** The sizes that a request for images may name, smallest first. */
  readonly imageSizes: readonly string[]
  /**
   * Set for models that answer with speech only: whether directions for speaking are a member of
   * the text part (`directed`, from Gemini 3.8 on), or precede the text in it (`prompted`).
   */
  readonly speech: 'directed' | 'prompted' | undefined
  /** True if the model only transcribes speech. */
  readonly transcribes: boolean
  /** True if a system instruction is accepted. */
  readonly hasInstructions: boolean
  /** True if continuations can extend an answer that one call cuts off (long decode). */
  readonly continues: boolean
  /** True if Google refuses a tool call of the current turn without its thought signature. */
  readonly needsSignatures: boolean
  /** False where Google has no `cachedContent` for the model. */
  readonly takesCachedContent: boolean
}
