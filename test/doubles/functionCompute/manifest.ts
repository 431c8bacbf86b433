import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ResolvedTemplate, resolveTemplate } from '../../../scripts/deploy/preview.js'

/** The settings of the function in `s.yaml`, as the platform applies them. */
export interface FunctionSpec {
  readonly functionName: string
  readonly region: string
  readonly runtime: string
  readonly handler: string
  /** Command and arguments. Their paths are those of the platform, not of this machine. */
  readonly command: readonly string[]
  readonly port: number
  readonly env: Readonly<Record<string, string>>
  readonly memoryMegabytes: number
  readonly timeoutSeconds: number
  /** Maximum number of concurrent requests per instance. */
  readonly concurrency: number
  /** Maximum number of instances of the function. */
  readonly mostInstances: number
  /** HTTP methods that the trigger accepts; it responds to others with 405. */
  readonly methods: readonly string[]
  readonly hasInitializer: boolean
  readonly hasPreStop: boolean
  readonly healthCheck: HealthCheck | undefined
}

/** How the platform checks the health of an instance. */
export interface HealthCheck {
  readonly path: string
  readonly periodMs: number
  readonly timeoutMs: number
  /** Number of consecutive failed checks after which the platform ends the instance. */
  readonly failures: number
}

interface Props {
  readonly functionName: string
  readonly region: string
  readonly runtime: string
  readonly handler?: string
  readonly memorySize: string | number
  readonly timeout: string | number
  readonly instanceConcurrency: string | number
  readonly environmentVariables?: Readonly<Record<string, string | number | boolean>>
  readonly customRuntimeConfig: {
    readonly command: readonly string[]
    readonly args?: readonly string[]
    readonly port: string | number
    readonly healthCheckConfig?: Readonly<Record<string, string | number>>
  }
  readonly concurrencyConfig?: { readonly reservedConcurrency?: string | number }
  readonly instanceLifecycleConfig?: { readonly initializer?: unknown; readonly preStop?: unknown }
  readonly triggers: readonly { readonly triggerConfig: { readonly methods: readonly string[] } }[]
}

const REGION_QUOTA = 100

/**
 * Reads the function from `s.yaml`, as Serverless Devs resolves it. The result is cached by the
 * content of the file and the variables.
 *
 * @param variables - environment variables of the deployment, such as FC_TIMEOUT; secrets default
 *   to dummy values
 */
export async function readManifest(variables: Readonly<Record<string, string>>): Promise<FunctionSpec> {
  const { resources } = await resolved(variables)
  const resource = Object.values(resources).find(({ component }) => component === 'fc3')
  if (resource === undefined) throw new Error('s.yaml has no function')
  // The cast is safe: `make lint-deploy` checks s.yaml.
  const props = resource.props as unknown as Props
  const { customRuntimeConfig: runtime, instanceLifecycleConfig: hooks } = props
  return {
    functionName: props.functionName,
    region: props.region,
    runtime: props.runtime,
    handler: props.handler ?? 'index.handler',
    command: [...runtime.command, ...(runtime.args ?? [])],
    port: Number(runtime.port),
    env: Object.fromEntries(Object.entries(props.environmentVariables ?? {}).map(([name, value]) => [name, String(value)])),
    memoryMegabytes: Number(props.memorySize),
    timeoutSeconds: Number(props.timeout),
    concurrency: Number(props.instanceConcurrency),
    mostInstances: Number(props.concurrencyConfig?.reservedConcurrency ?? REGION_QUOTA),
    methods: props.triggers.flatMap(({ triggerConfig }) => triggerConfig.methods),
    hasInitializer: hooks?.initializer !== undefined,
    hasPreStop: hooks?.preStop !== undefined,
    healthCheck: toHealthCheck(runtime.healthCheckConfig),
  }
}

const toHealthCheck = (config: Readonly<Record<string, string | number>> | undefined): HealthCheck | undefined =>
  config && {
    path: String(config.httpGetUrl),
    periodMs: Number(config.periodSeconds ?? 3) * 1000,
    timeoutMs: Number(config.timeoutSeconds ?? 1) * 1000,
    failures: Number(config.failureThreshold ?? 3),
  }

const CACHE = fileURLToPath(new URL('../../../.cache/fc/', import.meta.url))

async function resolved(variables: Readonly<Record<string, string>>): Promise<ResolvedTemplate> {
  const state = JSON.stringify([readFileSync(new URL('../../../s.yaml', import.meta.url), 'utf8'), variables])
  const file = `${CACHE}${createHash('sha256').update(state).digest('hex')}.json`
  if (!existsSync(file)) {
    mkdirSync(CACHE, { recursive: true })
    const own = `${file}.${process.pid}`
    writeFileSync(own, JSON.stringify(await resolveTemplate(variables)))
    renameSync(own, file)
  }
  // The cast is safe: this function wrote the file, now or in an earlier run.
  return JSON.parse(readFileSync(file, 'utf8')) as ResolvedTemplate
}
