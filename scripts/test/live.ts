// usage: GEMINI_API_KEY=... make live (GEMINI_BASE_URL HTTPS_PROXY LIVE_MODEL LIVE_EMBEDDING_MODEL)
// Runs the SDK's cases against Google through the built proxy, for about a cent, and compares
// Google's responses with the simulator's. Redacted exchanges: build/live/. Exit 1 on failures or
// differences, 2 without a key. LIVE_PROMPTS=simulator sends prompts with directives for the
// simulator, if GEMINI_BASE_URL leads to one.
import { failuresIn, toTable } from '../../test/suites/sdk/run.js'
import { LIVE, SIMULATED } from '../../test/suites/sdk/scenarios.js'
import { runLive } from '../../test/tools/live/live.js'

const key = process.env.GEMINI_API_KEY?.split(',')[0]?.trim()
if (!key) {
  console.error('make live: GEMINI_API_KEY is not set. Get a key at https://aistudio.google.com/apikey')
  process.exit(2)
}

const { results, drift, verdicts } = await runLive({
  key,
  upstream: (process.env.GEMINI_BASE_URL || 'https://generativelanguage.googleapis.com/v1beta/openai').replace(/\/+$/, ''),
  model: process.env.LIVE_MODEL || 'gemini-3.5-flash',
  embeddingModel: process.env.LIVE_EMBEDDING_MODEL || 'gemini-embedding-001',
  scenarios: process.env.LIVE_PROMPTS === 'simulator' ? SIMULATED : LIVE,
  folder: 'build/live',
})
const failures = failuresIn(results)
console.log(toTable(results))
for (const failure of failures) console.log(`failed: ${failure}`)
for (const line of drift) console.log(`drift: ${line}`)
for (const { name, assumption, verdict } of verdicts) console.log(`${verdict.padEnd(9)}  ${name}: ${assumption}`)
const refuted = verdicts.filter(({ verdict }) => verdict === 'refuted').length
console.log(
  `live: ${failures.length} failed, ${drift.length} differences from the simulator, ${refuted} assumptions refuted; exchanges: build/live/`,
)
process.exitCode = failures.length + drift.length + refuted > 0 ? 1 : 0
