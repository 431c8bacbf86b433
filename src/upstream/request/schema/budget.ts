/** Maximum units of work for one attempt to convert a schema: about 20,000 schema objects. */
const WORK_PER_ATTEMPT = 250_000
/** Maximum units of work for all schemas of one request: about half a second of CPU time. */
const WORK_PER_REQUEST = 1_000_000
/** Number of copied characters that count as one unit of work: at most 4 MB in one conversion. */
const CHARS_PER_UNIT = 16
/** Units of work to visit a schema object, besides those for its keywords and list entries. */
const NODE_COST = 4

/**
 * Thrown if converting a schema takes too much work. `toGeminiSchema` and `toJsonSchema` catch it.
 */
export class BudgetExceeded extends Error {}

/** A converted schema, and the constraints that it lost. */
export interface ConvertedSchema {
  readonly schema: Readonly<Record<string, unknown>>
  /** The path of each constraint that the conversion has removed. */
  readonly dropped: readonly string[]
}

/** Limits the work to convert the schemas of one request, so that it cannot block the others. */
export class SchemaBudget {
  readonly #converted = new Map<unknown, { readonly path: string; readonly result: ConvertedSchema }>()
  #spent = 0

  /** Units of work spent on all schemas so far, including failed conversions. */
  get spent(): number {
    return this.#spent
  }

  /** True if the budget of the request is exhausted. */
  get isSpent(): boolean {
    return this.#spent >= WORK_PER_REQUEST
  }

  /** Converts a schema only once: returns the first result for the same schema at the same path. */
  convertOnce(schema: unknown, path: string, convert: () => ConvertedSchema): ConvertedSchema {
    const known = this.#converted.get(schema)
    if (known?.path === path) return known.result
    const result = convert()
    this.#converted.set(schema, { path, result })
    return result
  }

  /** Returns a counter for one attempt to convert a schema, with a limit of its own. */
  beginConversion(): WorkCounter {
    let left = Math.min(WORK_PER_ATTEMPT, WORK_PER_REQUEST - this.#spent)
    return new WorkCounter((units) => {
      left -= units
      this.#spent += units
      if (left < 0) throw new BudgetExceeded()
    })
  }
}

/**
 * Counts the work of one conversion of a schema. Each method throws {@link BudgetExceeded} at the
 * limit.
 */
export class WorkCounter {
  constructor(readonly spend: (units: number) => void) {}

  /** Counts the work to visit a schema object: its keywords, and the entries of its lists. */
  countVisit(node: Readonly<Record<string, unknown>>): void {
    this.spend(NODE_COST + countEntries(node))
  }

  /** Counts the work to copy a schema `times` times into the result. */
  countCopies(schema: unknown, times: number): void {
    this.spend(Math.ceil(((JSON.stringify(schema)?.length ?? 0) * times) / CHARS_PER_UNIT))
  }
}

/** Returns the number of keywords of a schema object, plus that of the entries in its lists. */
export function countEntries(node: Readonly<Record<string, unknown>>): number {
  let size = 0
  for (const value of Object.values(node)) size += Array.isArray(value) ? 1 + value.length : 1
  return size
}
