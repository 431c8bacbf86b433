// usage: GEMINI_API_KEY=... ALIBABA_CLOUD_ACCOUNT_ID=... ALIBABA_CLOUD_ACCESS_KEY_ID=... ALIBABA_CLOUD_ACCESS_KEY_SECRET=... make deploy
// Checks, packages and deploys to Function Compute by s.yaml, which names what else can be set. Secrets go by the environment only and are not
// printed, but for the AUTH_TOKEN that is made where none is given. Exit 1 when the deployment failed, 2 when there was nothing to try.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lint } from './lint.js'
import { FALLBACK_RUNTIME } from './regions.js'
import { type Request, readRequest } from './request.js'
import { type Run, runServerless } from './serverless.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
// The words are not documented: whatever Function Compute says of a runtime or a layer when it refuses what it was sent.
const RUNTIME_REFUSED =
  /(runtime|layer)[^\n]*(not (support|exist|found|allow|valid|avail)|invalid|unsupport)|(invalid|unsupport)[^\n]*(runtime|layer)/i

/** The variables that s.yaml and scripts/deploy/s.domain.yaml read. */
const passedOn = (): string[] => {
  const active = ['s.yaml', 'scripts/deploy/s.domain.yaml'].map((name) => readFileSync(join(ROOT, name), 'utf8').replace(/^\s*#.*$/gm, ''))
  return [...new Set(active.flatMap((text) => [...text.matchAll(/env\('(\w+)'/g)].flatMap(([, name]) => name ?? [])))]
}

const say = (line: string): void => console.log(line)

async function main(): Promise<number> {
  const request = readRequest(process.env, passedOn())
  if ('length' in request) {
    for (const problem of request) console.error(`deploy: ${problem}`)
    return 2
  }
  for (const warning of request.warnings) say(`deploy: ${warning}`)
  for (const target of ['check', 'package']) {
    say(`deploy: make ${target}`)
    if (spawnSync('make', ['-C', ROOT, target], { stdio: 'inherit', env: withoutSecrets(request) }).status !== 0) return 1
  }
  const problems = await lint({ ...request.variables, FC_RUNTIME: request.runtime })
  for (const problem of problems) console.error(`deploy: ${problem}`)
  if (problems.length > 0) return 1
  const { isDone, output } = await deployFunction(request)
  if (!isDone) return 1
  report(request, /https:\/\/[\w.-]+\.fcapp\.run/.exec(output)?.[0])
  if (!request.hasDomain) return 0
  return (await serverless(request, request.runtime, ['-t', 'scripts/deploy/s.domain.yaml'])).isDone ? 0 : 1
}

async function deployFunction(request: Request): Promise<Run> {
  const first = await serverless(request, request.runtime)
  const canFallBack = request.mayFallBack && request.runtime !== FALLBACK_RUNTIME
  if (first.isDone || !canFallBack || !RUNTIME_REFUSED.test(first.output)) return first
  say(`deploy: ${request.region} refuses ${request.runtime}; once more with ${FALLBACK_RUNTIME} and its own Node.js 20`)
  return serverless(request, FALLBACK_RUNTIME)
}

function serverless(request: Request, runtime: string, more: readonly string[] = ['-t', 's.yaml']): Promise<Run> {
  const { region, access, variables, secrets } = request
  say(`deploy: s deploy to ${region}, ${more[1]}, ${runtime}`)
  return runServerless(['deploy', '-y', '-a', access, ...more], { ...variables, FC_RUNTIME: runtime }, { secrets, print: say })
}

function report({ madeToken }: Request, url: string | undefined): void {
  say(`deploy: done${url === undefined ? '' : `: ${url}/v1`}`)
  if (madeToken !== undefined) say(`deploy: AUTH_TOKEN of this deployment, shown only now, to be kept and set for the next: ${madeToken}`)
  say(`deploy: now make smoke TARGET=${url ?? 'https://...'} TOKEN=<the AUTH_TOKEN>`)
}

/** The environment of steps that need no secret. */
const withoutSecrets = ({ secrets }: Request): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([, value]) => !secrets.some((secret) => value?.includes(secret))))

process.exitCode = await main()
