/** One page of the list of models. */
export interface ModelsPage {
  readonly ids: readonly string[]
  /** Ids of the chat models, as far as Google says what a model can do. */
  readonly chatIds: readonly string[]
  /** Token that requests the next page; undefined on the last one. */
  readonly nextPageToken?: string | undefined
}

/** Encodes requests for the list of models of one of Google's APIs, and decodes its pages. */
export interface ModelsCodec {
  /** The path of a page. @param pageToken - undefined for the first one */
  pathOf(pageToken: string | undefined): string
  /** @returns undefined if the answer is not a list of models */
  decode(answer: unknown): ModelsPage | undefined
}
