// usage: make fuzz      (SCHEMATHESIS_TARGET, SCHEMATHESIS_TOKEN, SCHEMATHESIS_ADMIN_TOKEN)
// Fuzzes dist/server.cjs with Schemathesis: with a token on Gemini's OpenAI-compatible API, without
// tokens on its native API (UPSTREAM=native: both on the native API). With SCHEMATHESIS_TARGET,
// fuzzes that deployment at a low rate. Without Schemathesis, runs a property test instead. Exit 1
// on problems, 3 if a deployment cannot be fuzzed. Reports: .cache/fuzz/.
import { spawnSync } from 'node:child_process'
import { TOKEN } from '../../test/support/canaries.js'
import { hookChildren, takeErrorOutput } from '../../test/support/children.js'
import { Heartbeat } from '../../test/support/heartbeat.js'
import { beginTestLogs, FUZZ } from '../../test/support/testLogs.js'
import { isOnNative } from '../../test/support/upstreamApi.js'
import { takeWritten } from '../../test/support/violations.js'
import { conclude, GOALS, LEGEND, problemsOf, toTable } from '../../test/tools/fuzz/report.js'
import { fuzz, hasSchemathesis } from '../../test/tools/fuzz/schemathesis.js'
import { startStack } from '../../test/tools/fuzz/stack.js'

const HEARTBEAT_MS = 15_000
const LOW_RATE = ['--max-examples', '5', '--phases', 'examples,fuzzing', '--rate-limit', '30/m', '--request-timeout', '120']

/** The result of a run: the number of requests, and the problems found. */
type Verdict = { readonly cases: number; readonly problems: readonly string[] }

const sumOf = (counts: readonly { readonly cases: number }[]): number => counts.reduce((sum, { cases }) => sum + cases, 0)

async function fuzzBuild(): Promise<Verdict> {
  // Collect the logs of all processes from here on; they are searched for secrets at the end.
  await beginTestLogs((run) => run === FUZZ)
  hookChildren(FUZZ)
  const options = ['--max-examples', process.env.FUZZ_EXAMPLES ?? '100']
  const runs = await Promise.all(
    Object.entries({ token: TOKEN, open: undefined }).map(async ([name, token]) => {
      const upstream = isOnNative || token === undefined ? 'native' : 'compat'
      const stack = await startStack(token, upstream)
      try {
        const { counts, failures } = await fuzz({ ...stack, name, options, isGemini: false })
        const broken = stack.proxy.log().filter(({ level }) => level === 'error' || level === 'fatal')
        console.log([`fuzz: ${name === 'open' ? 'without tokens' : 'with a token'}, on the ${upstream} API`, ...toTable(counts)].join('\n'))
        return { counts, problems: [failures ?? [], problemsOf(counts, upstream), broken.map((line) => JSON.stringify(line))].flat() }
      } finally {
        await stack.close()
      }
    }),
  )
  const cases = sumOf(runs.flatMap(({ counts }) => counts))
  const tooFew = cases < GOALS.cases ? [`${cases} requests are fewer than ${GOALS.cases}`] : []
  return { cases, problems: [...runs.flatMap(({ problems }) => problems), ...takeWritten(`${FUZZ}-`), ...takeErrorOutput(), ...tooFew] }
}

async function fuzzDeployment(origin: string): Promise<Verdict> {
  const token = process.env.SCHEMATHESIS_TOKEN || undefined
  const adminToken = process.env.SCHEMATHESIS_ADMIN_TOKEN || undefined
  const { counts, failures } = await fuzz({ name: 'target', origin, token, adminToken, options: LOW_RATE, isGemini: true })
  console.log([`fuzz: ${origin}`, ...toTable(counts)].join('\n'))
  return { cases: sumOf(counts), problems: failures === undefined ? [] : [failures] }
}

const target = process.env.SCHEMATHESIS_TARGET?.replace(/\/+$/, '')
if (await hasSchemathesis()) {
  const where = target ?? 'the built server, with and without tokens'
  console.log(`fuzz: Schemathesis sends random requests to ${where} (${target ? 'several minutes, at a low rate' : 'about 2 min'})`)
  const heartbeat = new Heartbeat(
    HEARTBEAT_MS,
    (line) => console.log(`fuzz: ${line}`),
    () => 'sending requests',
  )
  const { cases, problems } = await (target ? fuzzDeployment(target) : fuzzBuild())
  heartbeat.stop()
  console.log(LEGEND)
  for (const problem of problems) console.error(`fuzz: ${problem}`)
  console.log(`fuzz: ${conclude(cases, problems)}`)
  process.exitCode = problems.length > 0 ? 1 : 0
} else if (target) {
  console.error('fuzz: Schemathesis is required to fuzz a deployment, but is not available')
  process.exitCode = 3
} else {
  console.log('fuzz: SCHEMATHESIS IS NOT AVAILABLE; running the property test over the same schemas instead')
  const env = { ...process.env, FUZZ_RUNS: process.env.FUZZ_RUNS ?? '10000' }
  const { status } = spawnSync(
    'node_modules/.bin/vitest',
    ['run', '--project', isOnNative ? 'native' : 'here', 'test/tools/fuzz/property.test.ts'],
    { stdio: 'inherit', env },
  )
  process.exitCode = status ?? 1
}
