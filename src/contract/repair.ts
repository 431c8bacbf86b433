/**
 * One thing that Gemini's endpoint does or demands and OpenAI's does not, and how it is mended.
 *
 * The tables of these are the source of the README's "What we repair", of the tests and of the metric labels.
 */
export interface Repair<Stage extends string, Value, Context> {
  /** kebab-case, unique within all tables. */
  readonly name: string
  readonly stage: Stage
  /** Why it is needed: what Gemini's wire does without it. One sentence. */
  readonly reason: string
  /** Gives the mended value; the one that came in where nothing is to be mended. Depends on its arguments only. */
  readonly apply: (value: Value, context: Context) => Value
}

/**
 * Applies all repairs of a table in its order.
 *
 * @param onRepair - is told the name of each that had something to mend
 */
export function applyAll<Value, Context>(
  repairs: readonly Repair<string, Value, Context>[],
  value: Value,
  context: Context,
  onRepair?: (name: string) => void,
): Value {
  let mended = value
  for (const repair of repairs) {
    const next = repair.apply(mended, context)
    if (next !== mended) onRepair?.(repair.name)
    mended = next
  }
  return mended
}
