import { type Instance, type InstanceParts, startInstance } from './instance.js'
import { pause } from './ports.js'

/** How the platform treats instances; what is not documented can be either way. */
export interface Conduct {
  /** When an instance without an invocation is frozen: once it has logged the last one, before it has heard of its end, or never. */
  readonly freeze: 'when-logged' | 'at-once' | 'never'
  /** True where an instance is thawed before its next invocation is written to it. */
  readonly isThawedFirst: boolean
  /** How long an idle instance is kept, in milliseconds; it ends by SIGKILL, frozen as it is. */
  readonly idleMs: number
  /** How often its health is looked after; `s.yaml` says so unless told. */
  readonly healthPeriodMs: number | undefined
}

/** All instances of a function. */
export interface Fleet {
  readonly instances: readonly Instance[]
  /** Says which instance gets the next invocations, if it has room; the platform decides by itself until then. */
  prefer(instance: Instance | undefined): void
  /** Finds an instance with room, or starts one. @returns undefined at the cap @throws where it does not start */
  take(): Promise<Instance | undefined>
  /** Ends an invocation. @param logged - resolves once it stands in the log */
  release(instance: Instance, logged: Promise<unknown>): void
  /** Ends an instance as the platform does when it is not needed any more: with its hook, then by SIGKILL. */
  retire(instance: Instance): Promise<number | undefined>
  close(): Promise<void>
}

const HOOK_LIMIT_MS = 10_000
const LONGEST_MS = 2_147_483_647

/** Makes a fleet without instances. */
export function makeFleet(parts: InstanceParts, conduct: Conduct, onFinding: (finding: string) => void): Fleet {
  const { spec } = parts
  const instances: Instance[] = []
  const starting = new Set<Promise<Instance>>()
  const reserved = new Map<Promise<Instance>, number>()
  /** Invocations that have ended, and have not been seen in the log yet. */
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
      throw new Error('the initializer has failed')
    }
    if (spec.healthCheck !== undefined && !(await isHealthy(instance))) {
      await instance.kill()
      throw new Error('the first health check has failed')
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
      await unrefPause(conduct.healthPeriodMs ?? periodMs)
      if (instance.isFrozen() || instance.hasExited() || isClosed) continue
      const isWell = await isHealthy(instance)
      // Frozen meanwhile: that says nothing of its health.
      if (!instance.isFrozen()) failures = isWell ? 0 : failures + 1
    }
    if (isClosed || instance.hasExited()) return
    onFinding(`instance ${instance.id} is not healthy`)
    await instance.kill()
  }
  const wake = (instance: Instance): Instance => {
    clearTimeout(timers.get(instance))
    instance.active += 1
    if (conduct.isThawedFirst) instance.thaw()
    return instance
  }
  const ready = (): Instance | undefined => {
    const free = instances.filter(({ active, isEnding, hasExited }) => active < spec.concurrency && !isEnding() && !hasExited())
    return free.find((instance) => instance === preferred) ?? free.sort((one, other) => other.active - one.active)[0]
  }
  const sleep = (instance: Instance): void => {
    if (instance.active > 0 || (unlogged.get(instance) ?? 0) > 0) return
    if (conduct.freeze !== 'never') instance.freeze()
    const timer = setTimeout(() => void instance.kill(), Math.min(conduct.idleMs, LONGEST_MS))
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
      if (conduct.freeze === 'at-once') {
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
