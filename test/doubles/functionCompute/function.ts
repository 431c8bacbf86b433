import { UPSTREAM_ENV } from '../../support/upstreamApi.js'
import { CANARIES } from './canaries.js'
import { createFileSystem, type Patch } from './code.js'
import { type Fleet, type InstancePolicy, makeFleet } from './fleet.js'
import { type Invocation, startGateway } from './gateway.js'
import type { LogLine } from './instance.js'
import { type FunctionSpec, readManifest } from './manifest.js'
import { nodeFor } from './node.js'
import { pause } from './ports.js'

/** How a function is deployed on the emulator. */
export interface FunctionOptions {
  /** Environment variables of the deployment, such as FC_TIMEOUT. */
  readonly variables?: Readonly<Record<string, string>>
  /** Environment variables of the function in addition to those in `s.yaml`. */
  readonly env?: Readonly<Record<string, string>>
  readonly policy?: Partial<InstancePolicy>
  /** Settings of the function that replace those in `s.yaml`. */
  readonly spec?: Partial<FunctionSpec>
  /** Time for which the platform keeps idle connections to an instance, in milliseconds. */
  readonly keepAliveMs?: number
  /** Modifies the source of the server bundle, for example to shorten a fixed timeout. */
  readonly patch?: Patch
  /** Modifies the source of the bundle that sends traces. */
  readonly tracingPatch?: Patch
}

/** A function deployed on the emulator. */
export interface DeployedFunction {
  /** The origin of its HTTP trigger, to which tests send requests. */
  readonly origin: string
  readonly baseUrl: string
  readonly spec: FunctionSpec
  readonly fleet: Fleet
  readonly invocations: readonly Invocation[]
  /** All log lines that the instances of the function have written so far. */
  readonly logs: readonly LogLine[]
  /** Registers a callback for each log line that an instance writes from now on. */
  onLine(callback: (line: LogLine) => void): void
  /** Returns what all instances of the function have written so far to stdout and stderr. */
  output(): string
  /** The faults found so far, such as leaked secrets and violations of the platform's rules. */
  readonly findings: string[]
  /**
   * Wakes all instances and waits for the log line of each invocation.
   *
   * @returns the invocations without exactly one log line
   */
  unlogged(): Promise<Invocation[]>
  close(): Promise<void>
}

const DEFAULT_POLICY: InstancePolicy = { freeze: 'when-logged', isThawedFirst: true, idleMs: 180_000, healthPeriodMs: undefined }
const KEEP_ALIVE_MS = 900_000
const LOG_PATIENCE_MS = 5_000

/**
 * Deploys the package that `make package` builds, as `s.yaml` describes. Instances start on demand.
 */
export async function deploy(options: FunctionOptions = {}): Promise<DeployedFunction> {
  const manifest = await readManifest(options.variables ?? {})
  const spec: FunctionSpec = { ...manifest, ...options.spec, env: withoutEmpty({ ...manifest.env, ...UPSTREAM_ENV, ...options.env }) }
  const policy = { ...DEFAULT_POLICY, ...options.policy }
  const files = createFileSystem(spec.env.PATH ?? '', nodeFor(spec), { 'server.cjs': options.patch, 'tracing.cjs': options.tracingPatch })
  const findings: string[] = []
  const logs: LogLine[] = []
  const callbacks: ((line: LogLine) => void)[] = []
  let output = ''
  const parts = {
    spec,
    files,
    keepAliveMs: options.keepAliveMs ?? KEEP_ALIVE_MS,
    onLine: (line: LogLine) => {
      logs.push(line)
      for (const callback of callbacks) callback(line)
    },
    onOutput: (text: string) => {
      output += text
    },
  }
  const linesOf = (requestId: string): LogLine[] => logs.filter((line) => line.requestId === requestId && 'status' in line)
  const logged = async (requestId: string): Promise<void> => {
    for (const end = performance.now() + LOG_PATIENCE_MS; linesOf(requestId).length === 0 && performance.now() < end; ) await pause(1)
  }
  const onFinding = (finding: string): void => void findings.push(finding)
  const fleet = makeFleet(parts, policy, onFinding)
  const secrets = [...CANARIES, spec.env.GEMINI_API_KEY, ...tokensOf(spec.env.AUTH_TOKEN)].filter((each) => each !== undefined)
  const gateway = await startGateway({
    spec,
    fleet,
    logged,
    onFinding,
    secrets,
    isThawedFirst: policy.isThawedFirst,
    freezesAtOnce: policy.freeze === 'at-once',
  })
  return {
    origin: gateway.origin,
    baseUrl: `${gateway.origin}/v1`,
    spec,
    fleet,
    logs,
    onLine: (callback) => void callbacks.push(callback),
    findings,
    invocations: gateway.invocations,
    output: () => output,
    unlogged: async () => {
      for (const instance of fleet.instances) instance.thaw()
      const reached = gateway.invocations.filter(({ isSent, ending }) => isSent && ending !== undefined)
      for (const { requestId } of reached) await logged(requestId)
      // Skip the second line of a generation that continued after its client disconnected.
      const isOwn = (line: object): boolean => !('background' in line)
      return reached.filter(({ requestId }) => linesOf(requestId).filter(isOwn).length !== 1)
    },
    close: async () => {
      await gateway.close()
      await fleet.close()
      files.remove()
    },
  }
}

/** Returns the tokens in a value of AUTH_TOKEN, such as `name:token,token`, without the names. */
export const tokensOf = (text = ''): string[] =>
  text
    .split(',')
    .map((each) => each.slice(each.indexOf(':') + 1))
    .filter(Boolean)

const withoutEmpty = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
