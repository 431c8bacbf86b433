// usage: GEMINI_API_KEY=... make deploy      (credentials: docs/deploy.md; other variables: s.yaml)
// Checks, packages and deploys to Function Compute, with every setting of the environment. Prints
// no secrets, except an AUTH_TOKEN that it generated. The last line states the result. Exit 1 if
// the deployment failed, 2 if the environment is incomplete or invalid.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lintTemplates } from './lint.js'
import { FALLBACK_RUNTIME } from './regions.js'
import { type DeployRequest, readDeployRequest } from './request.js'
import { runServerless, type ServerlessResult } from './serverless.js'
import { makeTemplates, SOURCE_TEMPLATES, type Templates } from './templates.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
// Matches error messages that reject a runtime or layer; Function Compute does not document them.
const RUNTIME_REFUSED =
  /(runtime|layer)[^\n]*(not (support|exist|found|allow|valid|avail)|invalid|unsupport)|(invalid|unsupport)[^\n]*(runtime|layer)/i

const UNREACHABLE = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|network socket disconnected)\b/i

/** Lists the environment variables that s.yaml and scripts/deploy/s.domain.yaml read. */
const listVariables = (): string[] => {
  const texts = Object.values(SOURCE_TEMPLATES).map((file) => readFileSync(file, 'utf8').replace(/^\s*#.*$/gm, ''))
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/env\('(\w+)'/g)].flatMap(([, name]) => name ?? [])))]
}

const say = (line: string): void => console.log(line)

async function main(): Promise<number> {
  const request = readDeployRequest(process.env, listVariables())
  if ('length' in request) {
    for (const problem of request) console.error(`deploy: ${problem}`)
    return 2
  }
  for (const warning of request.warnings) say(`deploy: ${warning}`)
  if (request.addedSettings.length > 0) say(`deploy: also deployed from this shell: ${request.addedSettings.join(', ')}`)
  if (existsSync(join(ROOT, '.env'))) say('deploy: .env is not read; only variables of the shell are deployed')
  for (const target of ['check', 'package']) {
    say(`deploy: make ${target}`)
    if (spawnSync('make', ['-C', ROOT, target], { stdio: 'inherit', env: removeSecrets(request) }).status !== 0)
      return fail(`make ${target} failed, so nothing was deployed. Its output is above.`)
  }
  const templates = makeTemplates(request.addedSettings)
  try {
    return await deploy(request, templates)
  } finally {
    rmSync(templates.folder, { recursive: true, force: true })
  }
}

/** Prints why the deployment failed. @returns the exit code */
function fail(reason: string): number {
  console.error(`deploy: failed: ${reason}`)
  return 1
}

const explain = (output: string): string =>
  UNREACHABLE.test(output)
    ? 'Serverless Devs could not reach its registry or Alibaba Cloud. Check the network of this machine, or set HTTPS_PROXY, and run make deploy again.'
    : 'the error of Serverless Devs or Function Compute is above. docs/deploy.md explains common errors; fix the error, then run make deploy again.'

async function deploy(request: DeployRequest, templates: Templates): Promise<number> {
  const problems = await lintTemplates({ ...request.variables, FC_RUNTIME: request.runtime }, templates)
  for (const problem of problems) console.error(`deploy: ${problem}`)
  if (problems.length > 0) return fail('the settings above are invalid, so nothing was deployed.')
  const { isSuccessful, output } = await deployFunction(request, templates)
  if (!isSuccessful) return fail(explain(output))
  if (request.hasDomain) {
    const domain = await deployTemplate(request, request.runtime, templates, 'domain')
    if (!domain.isSuccessful) return fail(`the function is deployed, but not its domain: ${explain(domain.output)}`)
  }
  report(request, /https:\/\/[\w.-]+\.fcapp\.run/.exec(output)?.[0])
  return 0
}

async function deployFunction(request: DeployRequest, templates: Templates): Promise<ServerlessResult> {
  const first = await deployTemplate(request, request.runtime, templates, 'own')
  const canFallBack = request.mayFallBack && request.runtime !== FALLBACK_RUNTIME
  if (first.isSuccessful || !canFallBack || !RUNTIME_REFUSED.test(first.output)) return first
  say(`deploy: ${request.region} refuses ${request.runtime}; retrying with ${FALLBACK_RUNTIME} and its built-in Node.js 20`)
  return deployTemplate(request, FALLBACK_RUNTIME, templates, 'own')
}

function deployTemplate(request: DeployRequest, runtime: string, templates: Templates, which: 'own' | 'domain'): Promise<ServerlessResult> {
  const { region, credentialsName, variables, secrets } = request
  const { folder, [which]: template } = templates
  say(`deploy: s deploy -t ${basename(template)} to ${region}, ${runtime}`)
  const args = ['deploy', '-y', '-a', credentialsName, '-t', basename(template)]
  return runServerless(args, { ...variables, FC_RUNTIME: runtime }, { folder, secrets, print: say })
}

function report({ generatedToken, warnings }: DeployRequest, url: string | undefined): void {
  // Print the warnings again, because the output of earlier steps has scrolled them away.
  for (const warning of warnings) say(`deploy: ${warning}`)
  say(`deploy: done${url === undefined ? '' : `: ${url}/v1`}`)
  if (generatedToken !== undefined) say(`deploy: generated AUTH_TOKEN, shown only once; set it for the next deployment: ${generatedToken}`)
  say(`deploy: test it with make smoke TARGET=${url ?? 'https://...'} TOKEN="$AUTH_TOKEN"`)
}

/** Copies the environment without variables that contain a secret. */
const removeSecrets = ({ secrets }: DeployRequest): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([, value]) => !secrets.some((secret) => value?.includes(secret))))

process.exitCode = await main()
