/** How a client's API names the parameters of the chat request that its request became. */
export interface ParamNames {
  /** Paths of the client's parameters that have no effect and are not in the chat request. */
  readonly ignored: readonly string[]
  /** Translates a path of the chat request, such as `messages[0].content`, to the client's. */
  readonly rename: (path: string) => string
}
