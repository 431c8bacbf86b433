/** Converts parameter names of the chat request back to those of the client's own request. */
export interface ParamNames {
  /** Paths of the client's parameters that have no effect and are not in the chat request. */
  readonly ignored: readonly string[]
  /**
   * Translates a path of the chat request, such as `messages[0].content`, to the client's. Empty
   * for a parameter that the client has not sent.
   */
  readonly rename: (path: string) => string
}
