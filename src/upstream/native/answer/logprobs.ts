import type { Logprobs } from '../../../contract/types.js'
import type { LogprobsResult, LogprobsToken } from '../wire/types.js'

/** Converts log probabilities to OpenAI's format. Gemini's top tokens may lack the chosen one. */
export function toLogprobs({ chosenCandidates: chosen, topCandidates: top }: LogprobsResult): Logprobs {
  const content = (chosen ?? []).map((token, index) => ({
    ...toToken(token),
    top_logprobs: (top?.[index]?.candidates ?? []).map(toToken),
  }))
  return { content, refusal: null }
}

const toToken = ({ token, logProbability }: LogprobsToken): { token: string; logprob: number; bytes: number[] } => ({
  token: token ?? '',
  logprob: toLogprob(Number(logProbability ?? 0)),
  bytes: [...Buffer.from(token ?? '')],
})

// OpenAI's value for a token whose probability is too small to report.
const LEAST_LOGPROB = -9999

function toLogprob(value: number): number {
  if (Number.isFinite(value)) return value
  return value > 0 ? 0 : LEAST_LOGPROB
}
