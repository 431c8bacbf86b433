import type { GoalName } from './goals.js'

/**
 * Why a goal was missed, from a profile. Written by hand and kept by `make bench WRITE=1`; shown
 * only beside a goal that the last full run has missed.
 */
export const REASONS: Partial<Record<GoalName, { readonly en: string; readonly zh: string }>> = {}
