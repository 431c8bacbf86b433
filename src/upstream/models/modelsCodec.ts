/** One page of the list of models. */
export interface ModelsPage {
  readonly ids: readonly string[]
  /** Those that chat, as far as Google says so. */
  readonly chatIds: readonly string[]
  /** Asks for the next page; undefined on the last one. */
  readonly nextPageToken?: string | undefined
}

/** How one of Google's APIs is asked for the list of models, and how the list is read. */
export interface ModelsCodec {
  /** The path of a page. @param pageToken - undefined for the first one */
  pathOf(pageToken: string | undefined): string
  /** Returns undefined for what is no list. */
  decode(answer: unknown): ModelsPage | undefined
}
