import { type Instance, type InstanceParts, startInstance } from './instance.js'
import { pause } from './ports.js'

/** How the platform manages instances. Tests vary the details that Function Compute leaves open. */
export interface InstancePolicy {
  /**
   * When an idle instance is frozen. `when-logged`: once the log line of its last invocation has
   * been read. `at-once`: possibly before it notices that this invocation has ended.
   */
  readonly freeze: 'when-logged' | 'at-once' | 'never'
  /** False if an instance is thawed only after its next invocation has been sent to it. */
  readonly isThawedFirst: boolean
  /** Time after which an idle instance is ended by SIGKILL, in milliseconds. */
  readonly idleMs: number
  /** Period of the health check, in milliseconds; by default the one in `s.yaml`. */
  readonly healthPeriodMs: number | undefined
}

/** All instances of a function. */
export interface Fleet {
  readonly instances: readonly Instance[]
  /**
   * Sets the instance that gets the next invocations while it has capacity. Without such an
   * instance, invocations go to the busiest instance with capacity.
   */
  prefer(instance: Instance | undefined): void
  /**
   * Assigns an invocation to an instance with capacity; starts an instance if none has any.
   *
   * @returns undefined if the maximum number of instances is reached
   * @throws if the instance does not start
   */
  take(): Promise<Instance | undefined>
  /** Ends an invocation. @param logged - resolves when the invocation's log line has been read */
  release(instance: Instance, logged: Promise<unknown>): void
  /**
   * Ends an instance as the platform does when it is no longer needed: calls its pre-stop hook,
   * then sends SIGKILL.
   *
   * @returns the status of the hook
   */
  retire(instance: Instance): Promise<number | undefined>
  close(): Promise<void>
}

const HOOK_LIMIT_MS = 10_000
const LONGEST_MS = 2_147_483_647

/** Makes a fleet without instances; the first invocation starts one. */
export function makeFleet(parts: InstanceParts, policy: InstancePolicy, onFinding: (finding: string) => void): Fleet {
  const { spec } = parts
  const instances: Instance[] = []
  const starting = new Set<Promise<Instance>>()
  const reserved = new Map<Promise<Instance>, number>()
  /** Per instance, the ended invocations whose log line is unread: until 0, it is not frozen. */
  const unlogged = new Map<Instance, number>()
  const timers = new Map<Instance, NodeJS.Timeout>()
  let isClosed = false
  let preferred: Instance | undefined

  const start = async (): Promise<Instance> => {
    const instance = await startInstance(parts)
    const forget = (): void => {
      if (instances.includes(instance)) instances.splice(instances.indexOf(instance), 1)
      clearTimeout(timers.get(instance))
    }
    void instance.exited.then(forget)
    if (spec.hasInitializer && (await instance.call('POST', '/initialize', HOOK_LIMIT_MS, '/initialize')) !== 200) {
      await instance.kill()
      throw new Error('the initializer failed')
    }
    if (spec.healthCheck !== undefined && !(await isHealthy(instance))) {
      await instance.kill()
      throw new Error('the first health check failed')
    }
    instances.push(instance)
    if (spec.healthCheck !== undefined) void lookAfter(instance)
    return instance
  }
  const isHealthy = async (instance: Instance): Promise<boolean> => {
    const { path = '', timeoutMs = 0 } = spec.healthCheck ?? {}
    const status = (await instance.call('GET', path, timeoutMs)) ?? 0
    return status >= 200 && status < 400
  }
  const lookAfter = async (instance: Instance): Promise<void> => {
    const { periodMs = 0, failures: most = 0 } = spec.healthCheck ?? {}
    for (let failures = 0; failures < most && !isClosed && !instance.hasExited(); ) {
      await unrefPause(policy.healthPeriodMs ?? periodMs)
      if (instance.isFrozen() || instance.hasExited() || isClosed) continue
      const isWell = await isHealthy(instance)
      // A failed health check does not count if the instance was frozen before it could respond.
      if (!instance.isFrozen()) failures = isWell ? 0 : failures + 1
    }
    if (isClosed || instance.hasExited()) return
    onFinding(`instance ${instance.id} is not healthy`)
    await instance.kill()
  }
  const wake = (instance: Instance): Instance => {
    clearTimeout(timers.get(instance))
    instance.active += 1
    if (policy.isThawedFirst) instance.thaw()
    return instance
  }
  const ready = (): Instance | undefined => {
    const free = instances.filter(({ active, isEnding, hasExited }) => active < spec.concurrency && !isEnding() && !hasExited())
    return free.find((instance) => instance === preferred) ?? free.sort((one, other) => other.active - one.active)[0]
  }
  const sleep = (instance: Instance): void => {
    if (instance.active > 0 || (unlogged.get(instance) ?? 0) > 0) return
    if (policy.freeze !== 'never') instance.freeze()
    const timer = setTimeout(() => void instance.kill(), Math.min(policy.idleMs, LONGEST_MS))
    timers.set(instance, timer.unref())
  }

  return {
    instances,
    prefer: (instance) => {
      preferred = instance
    },
    take: async () => {
      const free = ready()
      if (free !== undefined) return wake(free)
      const waiting = [...starting].find((each) => (reserved.get(each) ?? 0) < spec.concurrency)
      if (waiting === undefined && instances.length + starting.size >= spec.mostInstances) return undefined
      const coming = waiting ?? start()
      starting.add(coming)
      reserved.set(coming, (reserved.get(coming) ?? 0) + 1)
      try {
        return wake(await coming)
      } finally {
        starting.delete(coming)
      }
    },
    release: (instance, logged) => {
      instance.active -= 1
      if (policy.freeze === 'at-once') {
        sleep(instance)
        return
      }
      const count = (change: number): void => void unlogged.set(instance, (unlogged.get(instance) ?? 0) + change)
      count(1)
      void logged.then(() => {
        count(-1)
        sleep(instance)
      })
    },
    retire: async (instance) => {
      instance.thaw()
      const status = spec.hasPreStop ? await instance.call('GET', '/pre-stop', HOOK_LIMIT_MS, '/pre-stop') : undefined
      await instance.kill()
      return status
    },
    close: async () => {
      isClosed = true
      await Promise.allSettled(starting)
      await Promise.all([...instances].map((instance) => instance.kill()))
    },
  }
}

const unrefPause = (ms: number): Promise<void> => (ms < 200 ? pause(ms) : new Promise((resolve) => setTimeout(resolve, ms).unref()))
