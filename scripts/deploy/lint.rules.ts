// Rules for the resolved s.yaml beyond its schema. Part of lint.ts; a test violates each rule.
import { Ajv } from 'ajv'
import contract from '../../generated/openapi.json' with { type: 'json' }
import { ConfigError, loadConfig } from '../../src/config/load.js'
import { SETTINGS } from '../../src/config/settings.js'
import { DOMAIN_SCHEMA, FUNCTION_SCHEMA } from './lint.schema.js'
import { NODE_OF_RUNTIME, REGIONS, type Runtime } from './regions.js'

/** The fields of the function's `props` that the rules use, validated by FUNCTION_SCHEMA. */
export interface FunctionProps {
  region: string
  functionName: string
  runtime: Runtime
  layers: string[]
  code: string
  customRuntimeConfig: { command: string[]; args: string[]; port: number; healthCheckConfig: { httpGetUrl: string } }
  instanceLifecycleConfig: { preStop: { timeout: number } }
  cpu: number
  memorySize: number
  timeout: number
  instanceConcurrency: number
  internetAccess: boolean
  environmentVariables: Record<string, string>
  triggers: { qualifier: string; triggerConfig: { methods: string[] } }[]
  sessionAffinity?: string
  sessionAffinityConfig?: object
  vpcConfig?: object
}

/** Path of the zip that `make package` writes; START_COMMAND starts the server in it. */
const PACKAGE = './dist/gemini-proxy.zip'
const START_COMMAND = 'node /code/start.cjs'
const ENVIRONMENT_LIMIT_BYTES = 4096
const CPU_STEPS_PER_CORE = 20
/** Maximum number of concurrent streams per megabyte of memory, measured with 512 and 256 MB. */
const CONCURRENCY_PER_MEGABYTE = 50 / 512
/** Variables in s.yaml that are not settings of the proxy, but of the platform or Node.js. */
const FOREIGN_VARIABLES = ['PATH', 'TZ', 'NODE_OPTIONS']
const SECRET_VARIABLES = ['GEMINI_API_KEY', 'AUTH_TOKEN']

const ajv = new Ajv({ allErrors: true })
const isFunction = ajv.compile<FunctionProps>(FUNCTION_SCHEMA)
const isDomain = ajv.compile<{
  region: string
  routeConfig: { routes: { functionName: string; qualifier: string; methods: string[] }[] }
}>(DOMAIN_SCHEMA)

type Rule = (props: FunctionProps) => string | false | undefined

const nodeRule: Rule = ({ runtime, layers, region, environmentVariables }) => {
  const { bin, layer } = NODE_OF_RUNTIME[runtime]
  const expected = layer === undefined ? [] : [`acs:fc:${region}:official:layers/${layer}`]
  if (layers.join() !== expected.join()) return `layers: ${runtime} in ${region} needs [${expected.join()}], not [${layers.join()}]`
  const first = environmentVariables.PATH?.split(':')[0]
  return first !== bin && `PATH: has to begin with ${bin}, which contains the Node.js of ${runtime}, not with ${first}`
}

const methodsRule: Rule = ({ triggers }) => {
  const served = Object.values(contract.paths).flatMap((operations) => Object.keys(operations).map((method) => method.toUpperCase()))
  const missing = [...new Set([...served, 'HEAD', 'OPTIONS'])].filter((method) =>
    triggers.some(({ triggerConfig }) => !triggerConfig.methods.includes(method)),
  )
  return missing.length > 0 && `triggers: the contract needs the methods ${missing.join(', ')}`
}

const configRule: Rule = ({ environmentVariables, memorySize, timeout, customRuntimeConfig, instanceLifecycleConfig }) => {
  const known = [...FOREIGN_VARIABLES, ...Object.values(SETTINGS).flatMap(({ names }): readonly string[] => names)]
  for (const name of Object.keys(environmentVariables)) {
    if (name.startsWith('FC_')) return `environmentVariables: ${name} is reserved for Function Compute`
    if (!known.includes(name)) return `environmentVariables: ${name} is not a setting of src/config/settings.ts`
  }
  try {
    const config = loadConfig({ ...environmentVariables, FC_FUNCTION_NAME: 'gemini-proxy', FC_FUNCTION_MEMORY_SIZE: String(memorySize) })
    if (config.port !== customRuntimeConfig.port) return `port: the server listens on ${config.port}, not on ${customRuntimeConfig.port}`
    if (config.requestTimeoutMs >= timeout * 1000)
      return `timeout: ${timeout} s is not above REQUEST_TIMEOUT_MS=${config.requestTimeoutMs}, so responses would be cut off`
    if (config.shutdownGraceMs > instanceLifecycleConfig.preStop.timeout * 1000)
      return `preStop: ${instanceLifecycleConfig.preStop.timeout} s are less than SHUTDOWN_GRACE_MS=${config.shutdownGraceMs}`
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return `environmentVariables: ${error.problems.join(' ')}`
  }
  return undefined
}

/** The rules for the function by name. Each returns the problem that it finds, if any. */
export const FUNCTION_RULES: Readonly<Record<string, Rule>> = {
  'CPU steps': ({ cpu }) =>
    Math.abs(cpu * CPU_STEPS_PER_CORE - Math.round(cpu * CPU_STEPS_PER_CORE)) > 1e-9 && `cpu: ${cpu} is not a multiple of 0.05`,
  'CPU per memory': ({ cpu, memorySize }) =>
    (memorySize / 1024 < cpu || memorySize / 1024 > cpu * 4) &&
    `cpu: ${cpu} vCPU to ${memorySize} MB is not between 1:1 and 1:4 (vCPU to GB)`,
  'concurrency per memory': ({ instanceConcurrency, memorySize }) =>
    instanceConcurrency > memorySize * CONCURRENCY_PER_MEGABYTE &&
    `instanceConcurrency: ${memorySize} MB allow at most ${Math.floor(memorySize * CONCURRENCY_PER_MEGABYTE)} concurrent requests`,
  'Node.js of the runtime': nodeRule,
  'methods of the contract': methodsRule,
  'settings of the proxy': configRule,
  'size of the environment': ({ environmentVariables }) => {
    const bytes = Object.entries(environmentVariables).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0)
    return bytes > ENVIRONMENT_LIMIT_BYTES && `environmentVariables: ${bytes} bytes are more than the ${ENVIRONMENT_LIMIT_BYTES} allowed`
  },
  'health check': ({ customRuntimeConfig: { healthCheckConfig } }) => {
    const operation = (contract.paths as Record<string, { get?: { security?: unknown[] } }>)[healthCheckConfig.httpGetUrl]?.get
    return operation?.security?.length !== 0 && `healthCheckConfig: GET ${healthCheckConfig.httpGetUrl} is not a public operation`
  },
  'package and start command': ({ code, customRuntimeConfig: { command, args } }) =>
    (code !== PACKAGE && `code: has to be ${PACKAGE}, not ${code}`) ||
    ([...command, ...args].join(' ') !== START_COMMAND && `customRuntimeConfig: has to start "${START_COMMAND}"`),
  'network access': ({ internetAccess, vpcConfig }) =>
    !internetAccess && vpcConfig === undefined && 'internetAccess: without internetAccess or vpcConfig, Gemini cannot be reached',
  'session affinity': ({ sessionAffinity, sessionAffinityConfig }) =>
    (sessionAffinity === undefined) !== (sessionAffinityConfig === undefined) &&
    'sessionAffinity: needs sessionAffinityConfig, and vice versa',
}

/** Lists the problems in the resolved `props` of the function, each with its path. */
export function findFunctionProblems(props: unknown): string[] {
  if (!isFunction(props)) return shapeProblems(isFunction.errors)
  return Object.values(FUNCTION_RULES).flatMap((rule) => rule(props) || [])
}

/** Lists problems in the resolved `props` of the domain. @param target - function behind it */
export function findDomainProblems(props: unknown, target: FunctionProps): string[] {
  if (!isDomain(props)) return shapeProblems(isDomain.errors)
  const [route] = props.routeConfig.routes
  const [trigger] = target.triggers
  return [
    props.region !== target.region && `region: the function is in ${target.region}, the domain in ${props.region}`,
    REGIONS[props.region]?.hasDomains === false && `region: custom domains cannot be deployed in ${props.region}`,
    route?.functionName !== target.functionName && `routes: the function is ${route?.functionName} instead of ${target.functionName}`,
    route?.qualifier !== trigger?.qualifier && 'routes: the qualifier differs from the qualifier of the trigger',
    route?.methods.join() !== trigger?.triggerConfig.methods.join() && 'routes: the methods differ from the methods of the trigger',
  ].filter((problem) => problem !== false)
}

/** Lists the secrets in the text of a template: it may only refer to environment variables. */
export function findTemplateSecrets(text: string): string[] {
  const literal = SECRET_VARIABLES.flatMap((name) =>
    [...text.matchAll(new RegExp(`^\\s*${name}:(.*)$`, 'gm'))]
      .filter(([, value]) => value?.trim() !== `\${env('${name}')}`)
      .map(() => `${name}: has to be \${env('${name}')}: the file must not contain a value or a default`),
  )
  const keys = /AIza[\w-]{20,}|AQ\.[\w-]{20,}|LTAI\w{12,}|redis(s)?:\/\/[^$\s]*:[^$\s]*@/.test(text) ? ['the file contains a secret'] : []
  return [...literal, ...keys]
}

const shapeProblems = (errors: typeof isFunction.errors): string[] =>
  (errors ?? []).map(({ instancePath, message, params }) => {
    const detail = params.additionalProperty ?? params.allowedValues?.join(', ') ?? params.allowedValue ?? ''
    return `${instancePath.slice(1).replaceAll('/', '.') || 'props'}: ${message}${detail === '' ? '' : ` (${detail})`}`
  })
