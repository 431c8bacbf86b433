/** Makes a request compatible with Gemini, or an answer with the client; see docs/repairs.md. */
export interface Repair<Value, Context> {
  /** Name in kebab-case, unique among all repairs. */
  readonly name: string
  /** One sentence about the problem at Gemini's endpoint that the repair solves. */
  readonly reason: string
  /** Returns a repaired copy, or `value` itself if nothing needs repair. Never changes `value`. */
  readonly apply: (value: Value, context: Context) => Value
}

/** A repair with the reason for its position in the order: "Before ..." or "After ...". */
export type OrderedRepair<R> = R & { readonly order: string }

/** Applies repairs in order; `onRepair` gets the name of each repair that changed the value. */
export function applyRepairs<Value, Context>(
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
