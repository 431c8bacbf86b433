/** One page of Google's list of models. */
export interface ModelsPage {
  readonly ids: readonly string[]
  /** Ids of the models on the page that can chat, as far as the API reports what models can do. */
  readonly chatIds: readonly string[]
  /** Token that requests the next page; undefined on the last page. */
  readonly nextPageToken?: string | undefined
}

/** Encodes requests for the list of models, for one of Google's APIs, and decodes its pages. */
export interface ModelsCodec {
  /** Returns the path of a page. @param pageToken - undefined for the first page */
  pathOf(pageToken: string | undefined): string
  /** Decodes a page of the list. @returns undefined if the answer is not a list of models */
  decode(answer: unknown): ModelsPage | undefined
}
