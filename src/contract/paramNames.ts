/** Describes the parameters of a client's request that the proxy converted to a chat request. */
export interface ClientParams {
  /** Paths of the client's parameters that have no effect and are not in the chat request. */
  readonly ignored: readonly string[]
  /**
   * Translates a path of the chat request, such as `messages[0].content`, to one of the client's
   * request. Returns '' for a parameter that the client has not sent.
   */
  readonly rename: (path: string) => string
}

/**
 * Makes {@link ClientParams.rename} from a table. A path that matches no pattern stays the same.
 */
export const makeRenameFromTable =
  (table: readonly (readonly [path: RegExp, param: string])[]): ClientParams['rename'] =>
  (path) =>
    table.find(([pattern]) => pattern.test(path))?.[1] ?? path

/** Returns the names of a request's members that have a value and are not in `names`. */
export const unlistedMembers = (request: object, names: ReadonlySet<string>): string[] =>
  Object.entries(request).flatMap(([name, value]) => (value === undefined || value === null || names.has(name) ? [] : [name]))
