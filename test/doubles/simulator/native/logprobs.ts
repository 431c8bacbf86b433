import type { JsonObject } from '../types.js'
import type { GenerationConfig, NativePart } from './wire.js'

/** Makes the log probabilities of a text: one entry per token, with alternatives if requested. */
export const logprobsOf = (parts: readonly NativePart[], config: GenerationConfig = {}): JsonObject => {
  if (config.responseLogprobs !== true) return {}
  const text = parts.map((part) => (part.thought === true ? '' : (part.text ?? ''))).join('')
  const chosen = [...text.matchAll(/\s*[^\s]+|\s+$/g)].map(([token], index) => entryOf(token, -0.01 * (index + 1)))
  if (chosen.length === 0) return {}
  const top = config.logprobs ?? 0
  const topCandidates = chosen.map((entry) => ({
    candidates: Array.from({ length: top }, (_, rank) => (rank === 0 ? entry : entryOf(`${entry.token}${rank}`, -1 - rank))),
  }))
  const sum = chosen.reduce((total, { logProbability }) => total + logProbability, 0)
  return {
    avgLogprobs: sum / chosen.length,
    logprobsResult: { chosenCandidates: chosen, ...(top === 0 ? {} : { topCandidates }) },
  }
}

const entryOf = (token: string, logProbability: number): { token: string; tokenId: number; logProbability: number } => ({
  token,
  tokenId: [...token].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 262_144, 7),
  logProbability,
})
