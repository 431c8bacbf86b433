import { fileURLToPath } from 'node:url'
import { TOKEN } from '../../../test/tools/load/client.js'
import { whileRunning } from '../../../test/tools/load/coldStart.js'
import { type Bounds, makeControlGroup } from '../../../test/tools/load/quota.js'
import { DEPLOYED_NODE_VERSIONS, downloadNode } from '../nodes.js'
import { readDeployment } from './deployment.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** The Node.js version of Function Compute, used for all measurements. */
export const [DEPLOYED_NODE] = DEPLOYED_NODE_VERSIONS

/** A running proxy: its address and process id. */
export type Server = Parameters<Parameters<typeof whileRunning>[2]>[0]

type Env = Readonly<Record<string, string>>

/** Starts the packaged proxy as s.yaml deploys it. */
export class ServerRunner {
  readonly #args = readDeployment().args.map((arg) => arg.replace(/^\/code\//, `${ROOT}/dist/`))
  readonly #env: Env

  /** @param upstream - address of a simulated Gemini that sends chunks at a set pace */
  constructor(upstream: string) {
    this.#env = {
      HOST: '127.0.0.1',
      PORT: '0',
      AUTH_TOKEN: TOKEN,
      GEMINI_API_KEY: 'x',
      GEMINI_BASE_URL: `${upstream}/v1beta/openai`,
      MAX_CONCURRENT_REQUESTS: '10000',
      STREAM_RESUME_MAX_STREAMS: '100000',
    }
  }

  /** Starts a proxy, runs `work` with it, and stops it. @param env - additional settings */
  async run<T>(env: Env, work: (server: Server) => Promise<T>): Promise<T> {
    return whileRunning(await this.#command(), { ...this.#env, ...env }, work)
  }

  /** Starts one proxy for each environment, runs `work` with all of them, and stops them. */
  runAll<T>([env, ...others]: readonly Env[], work: (servers: readonly Server[]) => Promise<T>): Promise<T> {
    if (env === undefined) return work([])
    return this.run(env, (server) => this.runAll(others, (rest) => work([server, ...rest])))
  }

  /**
   * Starts a proxy with limited CPU and memory, runs `work` with it, and stops it.
   *
   * @returns undefined if this machine cannot set the limits
   */
  async runWithin<T>(bounds: Required<Bounds>, work: (server: Server) => Promise<T>): Promise<T | undefined> {
    const quota = makeControlGroup(`capacity-${process.pid}`, bounds)
    if (quota === undefined) return undefined
    try {
      const env = { ...this.#env, FC_FUNCTION_MEMORY_SIZE: String(bounds.megabytes) }
      return await whileRunning(quota.enter(await this.#command()), env, work)
    } finally {
      quota.remove()
    }
  }

  async #command(): Promise<readonly string[]> {
    return [await downloadNode(DEPLOYED_NODE), ...this.#args]
  }
}
