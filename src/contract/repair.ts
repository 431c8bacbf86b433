/**
 * A pure function that makes a request, an answer or a schema compatible, and why it is needed.
 *
 * The lists of repairs are the source of docs/repairs.md, of the tests and of the metric labels.
 */
export interface Repair<Value, Context> {
  /** kebab-case, unique among all repairs. */
  readonly name: string
  /** What Gemini's endpoint does without it, in one sentence. */
  readonly reason: string
  /** Returns the repaired value, or the same one if nothing needs repair. Never changes `value`. */
  readonly apply: (value: Value, context: Context) => Value
}

/** A repair in a list, with the constraint behind its position: "Before ..." or "After ...". */
export type Ordered<R> = R & { readonly order: string }

/**
 * Applies repairs one after another, in the order of the list.
 *
 * @param onRepair - called with the name of each repair that changed the value
 */
export function applyAll<Value, Context>(
  repairs: readonly Repair<Value, Context>[],
  value: Value,
  context: Context,
  onRepair?: (name: string) => void,
): Value {
  let repaired = value
  for (const repair of repairs) {
    const next = repair.apply(repaired, context)
    if (next !== repaired) onRepair?.(repair.name)
    repaired = next
  }
  return repaired
}
