// usage: GEMINI_API_KEY=... make deploy      (credentials: docs/deploy.md; other variables: s.yaml)
// Checks, packages and deploys to Function Compute. Prints no secrets, except an AUTH_TOKEN that it
// generated. Exit 1 if the deployment failed, 2 if the environment is incomplete or invalid.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lint } from './lint.js'
import { FALLBACK_RUNTIME } from './regions.js'
import { type Request, readRequest } from './request.js'
import { type Run, runServerless } from './serverless.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
// The messages of Function Compute are not documented: match any that rejects a runtime or a layer.
const RUNTIME_REFUSED =
  /(runtime|layer)[^\n]*(not (support|exist|found|allow|valid|avail)|invalid|unsupport)|(invalid|unsupport)[^\n]*(runtime|layer)/i

/** Lists the variables that s.yaml and scripts/deploy/s.domain.yaml read. */
const listVariables = (): string[] => {
  const texts = ['s.yaml', 'scripts/deploy/s.domain.yaml'].map((name) => readFileSync(join(ROOT, name), 'utf8').replace(/^\s*#.*$/gm, ''))
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/env\('(\w+)'/g)].flatMap(([, name]) => name ?? [])))]
}

const say = (line: string): void => console.log(line)

async function main(): Promise<number> {
  const request = readRequest(process.env, listVariables())
  if ('length' in request) {
    for (const problem of request) console.error(`deploy: ${problem}`)
    return 2
  }
  for (const warning of request.warnings) say(`deploy: ${warning}`)
  for (const target of ['check', 'package']) {
    say(`deploy: make ${target}`)
    if (spawnSync('make', ['-C', ROOT, target], { stdio: 'inherit', env: removeSecrets(request) }).status !== 0) return 1
  }
  const problems = await lint({ ...request.variables, FC_RUNTIME: request.runtime })
  for (const problem of problems) console.error(`deploy: ${problem}`)
  if (problems.length > 0) return 1
  const { isDone, output } = await deployFunction(request)
  if (!isDone) return 1
  report(request, /https:\/\/[\w.-]+\.fcapp\.run/.exec(output)?.[0])
  if (!request.hasDomain) return 0
  return (await deployTemplate(request, request.runtime, 'scripts/deploy/s.domain.yaml')).isDone ? 0 : 1
}

async function deployFunction(request: Request): Promise<Run> {
  const first = await deployTemplate(request, request.runtime)
  const canFallBack = request.mayFallBack && request.runtime !== FALLBACK_RUNTIME
  if (first.isDone || !canFallBack || !RUNTIME_REFUSED.test(first.output)) return first
  say(`deploy: ${request.region} refuses ${request.runtime}; retrying with ${FALLBACK_RUNTIME} and its built-in Node.js 20`)
  return deployTemplate(request, FALLBACK_RUNTIME)
}

function deployTemplate(request: Request, runtime: string, template = 's.yaml'): Promise<Run> {
  const { region, access, variables, secrets } = request
  say(`deploy: s deploy -t ${template} to ${region}, ${runtime}`)
  return runServerless(['deploy', '-y', '-a', access, '-t', template], { ...variables, FC_RUNTIME: runtime }, { secrets, print: say })
}

function report({ generatedToken }: Request, url: string | undefined): void {
  say(`deploy: done${url === undefined ? '' : `: ${url}/v1`}`)
  if (generatedToken !== undefined) say(`deploy: generated AUTH_TOKEN, shown only once; set it for the next deployment: ${generatedToken}`)
  say(`deploy: test it with make smoke TARGET=${url ?? 'https://...'} TOKEN=<the AUTH_TOKEN>`)
}

/** Copies the environment without secrets, for steps that need none. */
const removeSecrets = ({ secrets }: Request): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([, value]) => !secrets.some((secret) => value?.includes(secret))))

process.exitCode = await main()
