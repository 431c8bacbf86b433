// usage: make soak, or UPSTREAM=native SEED=7 REQUESTS=2000 node --import tsx scripts/bench/soak.ts
// Sends 10,000 mixed requests, 200 at a time, to the built server with the simulator as upstream.
// Takes 3 minutes. Exit 1 on wrong or incomplete responses, open upstream calls, growing resources.
import { Agent } from 'node:http'
import { isOnNative } from '../../test/support/upstreamApi.js'
import { makePlan, makeRandom, type Outcome, sendSoakRequest } from '../../test/tools/load/soakRequest.js'
import { type ProcessResources, startStack } from '../../test/tools/load/stack.js'

const SEED = Number(process.env.SEED || 20_261_124)
const REQUESTS = Number(process.env.REQUESTS || 10_000)
const CLIENTS = 200
// Limits for how much these resources of the server grow during the second half of the requests.
const GROWTH = { heapMegabytes: 6, residentMegabytes: 48, files: 40, handles: 40 }

const stack = await startStack({ UPSTREAM_IDLE_TIMEOUT_MS: '5000', FIRST_EVENT_PATIENCE_MS: '150', HEARTBEAT_INTERVAL_MS: '100' })
const random = makeRandom(SEED)
const outcomes: Record<Outcome, number> = { left: 0, whole: 0, failed: 0, lost: 0, doubled: 0, short: 0, unexpected: 0 }
/** Outcomes of answers that exceed the length of one call to Gemini, and need continuations. */
const longAnswers = { ...outcomes }
const problems: string[] = []
let next = 0

async function runUntil(until: number): Promise<ProcessResources> {
  const agent = new Agent({ keepAlive: true })
  const client = async (): Promise<void> => {
    while (next < until) {
      const plan = makePlan(random, next++)
      const [outcome, details] = await sendSoakRequest(stack.address, agent, plan)
      outcomes[outcome] += 1
      if (plan.isLong) longAnswers[outcome] += 1
      if (!['left', 'whole', 'failed'].includes(outcome)) problems.push(`${outcome}: ${details.trim()} <- ${JSON.stringify(plan)}`)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  agent.destroy()
  return stack.measureResources()
}

const began = performance.now()
console.log(`seed ${SEED}, ${REQUESTS} requests, ${CLIENTS} at a time`)
const [first, second] = [await runUntil(REQUESTS / 2), await runUntil(REQUESTS)]
const { openRequests, totalRequests } = await stack.counts()
const seconds = ((performance.now() - began) / 1000).toFixed(0)
console.log(`${seconds} s`, outcomes, `\nupstream calls ${totalRequests}, left open ${openRequests}`)
if (isOnNative) {
  console.log('of these, answers in several calls', longAnswers)
  if (longAnswers.whole === 0) problems.push('no answer took several calls')
}
console.log('after the first half ', first, '\nafter the second half', second)
if (openRequests > 0 || second.requests > 0) problems.push(`left open: ${openRequests} upstream calls, ${second.requests} requests`)
for (const [name, most] of Object.entries(GROWTH) as [keyof ProcessResources, number][])
  if (second[name] - first[name] > most) problems.push(`${name} grew from ${first[name]} to ${second[name]}`)
const logLine = /.*(?:crashed|internal_error|Warning|Unhandled).*/.exec(stack.bundle.output())?.[0]
if (logLine !== undefined) problems.push(`the server logged: ${logLine.slice(0, 300)}`)
await stack.stop()
console.log(problems.length === 0 ? 'soak ok' : `soak FAILED\n${problems.slice(0, 10).join('\n')}`)
process.exit(problems.length === 0 ? 0 : 1)
