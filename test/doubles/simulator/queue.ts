import type { Behaviour } from './types.js'

/** Behaviours that a test has queued for the next requests to the simulator. */
export interface Queue {
  add(behaviours: readonly Behaviour[]): void
  /** Returns the first behaviour that applies to a path; removes it after `repeat` uses. */
  take(path: string): Behaviour | undefined
  /** Counts a use of a keyed directive. Returns false for each use after the first `times` uses. */
  isDue(behaviour: Behaviour): boolean
  clear(): void
}

const MAX_KEYS = 100_000

/** Makes a first-in, first-out queue of behaviours that also counts uses of keyed directives. */
export const makeQueue = (): Queue => {
  const waiting: { readonly behaviour: Behaviour; left: number }[] = []
  const uses = new Map<string, number>()
  return {
    add: (behaviours) => {
      for (const behaviour of behaviours) waiting.push({ behaviour, left: behaviour.repeat ?? 1 })
    },
    take: (path) => {
      const at = waiting.findIndex(({ behaviour }) => behaviour.path === undefined || path.includes(behaviour.path))
      const first = waiting[at]
      if (first === undefined) return undefined
      first.left -= 1
      if (first.left <= 0) waiting.splice(at, 1)
      return first.behaviour
    },
    isDue: ({ key, times = 1 }) => {
      if (key === undefined) return true
      const used = (uses.get(key) ?? 0) + 1
      if (uses.size >= MAX_KEYS) uses.clear()
      uses.set(key, used)
      return used <= times
    },
    clear: () => {
      waiting.length = 0
      uses.clear()
    },
  }
}
