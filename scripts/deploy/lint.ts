// usage: make lint-deploy
// Checks every variant of s.yaml and s.domain.yaml offline, as resolved by Serverless Devs. Exit 1
// with one line per problem. Prints no values of variables.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type FunctionProps, findDomainProblems, findFunctionProblems, findTemplateSecrets } from './lint.rules.js'
import { resolveTemplate } from './preview.js'
import { FALLBACK_RUNTIME, REGIONS } from './regions.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const DOMAIN = { CUSTOM_DOMAIN: 'api.example.com', CUSTOM_DOMAIN_CERT_ID: '12345678-cn-hangzhou' }

/** Environment variables for each variant of the templates to check, by the variant's name. */
export const VARIANTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  default: {},
  '256 MB': { FC_MEMORY: '256' },
  debian10: { FC_RUNTIME: FALLBACK_RUNTIME },
  'timeout 120': { FC_TIMEOUT: '120' },
  combined: { FC_MEMORY: '256', FC_RUNTIME: FALLBACK_RUNTIME, FC_TIMEOUT: '120', FC_MAX_INSTANCES: '1' },
  'custom domain': DOMAIN,
  ...Object.fromEntries(Object.entries(REGIONS).map(([REGION, { runtime }]) => [REGION, { REGION, FC_RUNTIME: runtime }])),
}

/** Lists the problems of both templates with these variables. @param files - their paths */
export async function lintTemplates(
  env: Readonly<Record<string, string>>,
  files = { own: join(ROOT, 's.yaml'), domain: join(ROOT, 'scripts/deploy/s.domain.yaml') },
) {
  const text = (await Promise.all([files.own, files.domain].map((file) => readFile(file, 'utf8')))).flatMap(findTemplateSecrets)
  if (text.length > 0) return text
  const { resources } = await resolveTemplate(env, files.own)
  const { component, props } = resources.gemini_proxy ?? {}
  if (component !== 'fc3' || Object.keys(resources).length !== 1)
    return ['resources: has to contain only gemini_proxy, of the component fc3']
  const problems = findFunctionProblems(props)
  if (env.CUSTOM_DOMAIN === undefined || problems.length > 0) return problems
  const domain = (await resolveTemplate(env, files.domain)).resources.gemini_proxy_domain
  if (domain?.component !== 'fc3-domain')
    return ['scripts/deploy/s.domain.yaml: has to contain gemini_proxy_domain, of the component fc3-domain']
  // The cast is safe: findFunctionProblems has validated `props`.
  return findDomainProblems(domain.props, props as unknown as FunctionProps)
}

async function main(): Promise<void> {
  const queue = Object.entries(VARIANTS)
  let failures = 0
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [name, env] = next
      const problems = await lintTemplates(env).catch((error: Error) => [error.message])
      for (const problem of problems) console.error(`lint-deploy: ${name}: ${problem}`)
      failures += problems.length
    }
  }
  await Promise.all([work(), work()])
  if (failures > 0) process.exitCode = 1
  else console.log(`lint-deploy: ${Object.keys(VARIANTS).length} variants of s.yaml and scripts/deploy/s.domain.yaml are valid`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
