import { CHAT_CASES } from './cases.chat.js'
import { FAILURE_CASES } from './cases.failures.js'
import { OTHER_CASES } from './cases.other.js'
import type { Case, Target } from './context.js'

/**
 * What every version of the SDK must be able to do with every target.
 * test/suites/sdk/python/cases.py has the same titles.
 */
export const CASES: readonly Case[] = [...CHAT_CASES, ...FAILURE_CASES, ...OTHER_CASES]

/** True if the target has all scenarios that a case needs. */
export const isFor = ({ scenarios }: Target, { needs }: Pick<Case, 'needs'>): boolean =>
  needs.every((name) => scenarios[name] !== undefined)
