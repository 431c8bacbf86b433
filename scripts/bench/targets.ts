import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { listenOnFreePort } from '../../test/support/relay.js'
import { type Endpoint, TOKEN } from '../../test/tools/load/client.js'
import { type MeasuredProcess, startCommand, startMeasured } from '../../test/tools/load/measured.js'
import type { Rivals } from './rivals/install.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Folder for bundles, configurations and logs of the measured servers. */
export const BENCH_FOLDER = `${ROOT}.cache/bench`
/** CPU core of the measured server; load generator and upstream share the other core. */
export const CORES = { server: 0, load: 1 } as const

/** A measured server. `direct`: no proxy; `pipe`: a minimal proxy; `ours`, `native`: this proxy. */
export type TargetName = 'direct' | 'nginx' | 'pipe' | 'ours' | 'native' | 'express' | 'portkey' | 'litellm'

/** A running server to measure; without `process`, it is the simulated upstream itself. */
export interface RunningTarget {
  readonly endpoint: Endpoint
  readonly process?: MeasuredProcess
}

/** How to start one of the servers that `make bench` measures. */
export interface BenchTarget {
  readonly name: TargetName
  readonly version: string
  /** Share of the usual load that the server gets; below 1 for slow servers, to save time. */
  readonly share: number
  start(flags?: readonly string[]): Promise<RunningTarget>
}

/** Reads from s.yaml the command with which Function Compute starts the server. */
export function readStartCommand(): { readonly flags: readonly string[]; readonly script: string } {
  const { resources } = parse(readFileSync(`${ROOT}s.yaml`, 'utf8')) as {
    // The cast is safe: `make lint-deploy` validates s.yaml.
    resources: { gemini_proxy: { props: { customRuntimeConfig: { args: string[] } } } }
  }
  const { args } = resources.gemini_proxy.props.customRuntimeConfig
  const file = args.findIndex((arg) => !arg.startsWith('--'))
  return { flags: args.slice(0, file), script: (args[file] ?? '').replace('/code/', `${ROOT}dist/`) }
}

/** Returns the environment of a measured proxy. @param upstream - origin of the upstream */
export const makeProxyEnv = (upstream: string): Record<string, string> => ({
  HOST: '127.0.0.1',
  PORT: '0',
  AUTH_TOKEN: TOKEN,
  GEMINI_API_KEY: 'x',
  GEMINI_BASE_URL: `${upstream}/v1beta/openai`,
  // Must exceed the 1,000 concurrent streams of the bench: the proxy would refuse the others.
  MAX_CONCURRENT_REQUESTS: '2000',
})

/** Returns the servers that can be measured on this machine, in the order of the tables. */
export function makeTargets(upstream: string, rivals?: Rivals): BenchTarget[] {
  const { flags, script } = readStartCommand()
  const core = CORES.server
  const node = process.version
  const running = async (process: Promise<MeasuredProcess>): Promise<RunningTarget> => ({
    endpoint: (await process).address,
    process: await process,
  })
  const pipe: BenchTarget = {
    name: 'pipe',
    version: node,
    share: 1,
    start: () => running(startMeasured({ script: `${BENCH_FOLDER}/pipe.cjs`, env: { UPSTREAM: upstream }, core })),
  }
  const proxyOn = (api: 'compat' | 'native', name: TargetName): BenchTarget => ({
    name,
    version: node,
    share: 1,
    start: (more = []) => {
      const env = { ...makeProxyEnv(upstream), GEMINI_UPSTREAM: api }
      return running(startMeasured({ script, flags: [...flags, ...more], env, logFile: `${BENCH_FOLDER}/${name}.log`, core }))
    },
  })
  const [ours, native] = [proxyOn('compat', 'ours'), proxyOn('native', 'native')]
  if (rivals === undefined) return [pipe, ours, native]
  const direct: BenchTarget = { name: 'direct', version: '', share: 1, start: async () => ({ endpoint: upstream }) }
  return [
    direct,
    ...nginx(upstream, rivals),
    pipe,
    ours,
    native,
    ...express(upstream, rivals),
    ...portkey(upstream, rivals),
    ...litellm(upstream, rivals),
  ]
}

const freePort = async (): Promise<number> => {
  const { port, close } = await listenOnFreePort(createServer())
  await close()
  return port
}

/** Starts another proxy on a free port. @param command - returns its start command for a port */
async function startRival(
  name: TargetName,
  command: (port: number) => readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<MeasuredProcess> {
  const port = await freePort()
  const all = { ...env, PORT: String(port) }
  return startCommand({ command: command(port), port, env: all, logFile: `${BENCH_FOLDER}/${name}.log`, core: CORES.server })
}

function nginx(upstream: string, { nginx: file, versions }: Rivals): BenchTarget[] {
  if (file === undefined) return []
  const folder = `${BENCH_FOLDER}/nginx`
  const configure = (port: number): string => {
    mkdirSync(folder, { recursive: true })
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
    writeFileSync(
      `${folder}/nginx.conf`,
      `daemon off; master_process off; pid ${folder}/pid; error_log stderr; events { worker_connections 4096; }
       http { access_log ${folder}/access.log; keepalive_requests 1000000; client_max_body_size 64m; ${temporary.join(' ')}
         upstream gemini { server ${new URL(upstream).host}; keepalive 1024; keepalive_requests 1000000; }
         server { listen 127.0.0.1:${port} backlog=4096;
           location / { proxy_pass http://gemini; proxy_http_version 1.1; proxy_set_header Connection "";
             proxy_buffering off; proxy_request_buffering off; } } }`,
    )
    return `${folder}/nginx.conf`
  }
  const start = async (): Promise<RunningTarget> => {
    const process = await startRival('nginx', (port) => [file, '-p', folder, '-c', configure(port), '-e', 'stderr'])
    return { endpoint: process.address, process }
  }
  return [{ name: 'nginx', version: versions.nginx, share: 1, start }]
}

function express(upstream: string, { node, versions }: Rivals): BenchTarget[] {
  if (node === undefined) return []
  const start = async (): Promise<RunningTarget> => {
    const env = { ...makeProxyEnv(upstream), NODE_ENV: 'production' }
    const server = await startRival('express', () => [process.execPath, `${node}/express.mjs`], env)
    return { endpoint: server.address, process: server }
  }
  return [{ name: 'express', version: `${versions.express} + ${versions.openai}`, share: 0.25, start }]
}

function portkey(upstream: string, { node, versions }: Rivals): BenchTarget[] {
  if (node === undefined) return []
  const file = `${node}/node_modules/@portkey-ai/gateway/build/start-server.js`
  const headers = { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstream}/v1beta/openai` }
  const start = async (): Promise<RunningTarget> => {
    const env = { NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1' }
    const gateway = await startRival('portkey', (port) => [process.execPath, file, `--port=${port}`, '--headless'], env)
    return { endpoint: { address: gateway.address, headers }, process: gateway }
  }
  return [{ name: 'portkey', version: versions.portkey, share: 0.2, start }]
}

function litellm(upstream: string, { python, versions }: Rivals): BenchTarget[] {
  if (python === undefined) return []
  const config = `${BENCH_FOLDER}/litellm.yaml`
  const model = { model: 'openai/gemini-2.5-flash', api_base: `${upstream}/v1beta/openai`, api_key: 'x' }
  writeFileSync(
    config, // LiteLLM reads YAML, and JSON is valid YAML
    JSON.stringify({ model_list: [{ model_name: 'gemini-2.5-flash', litellm_params: model }], general_settings: { master_key: TOKEN } }),
  )
  const program = 'from litellm import run_server; run_server()'
  // Without these variables, LiteLLM downloads prices at its start, and rejects repeated chunks.
  const env = { HOME: BENCH_FOLDER, LITELLM_LOCAL_MODEL_COST_MAP: 'True', REPEATED_STREAMING_CHUNK_LIMIT: '1000000' }
  const start = async (): Promise<RunningTarget> => {
    const options = (port: number) => [python, '-c', program, '--config', config, '--host', '127.0.0.1', '--port', String(port)]
    const proxy = await startRival('litellm', options, env)
    return { endpoint: proxy.address, process: proxy }
  }
  return [{ name: 'litellm', version: versions.litellm, share: 0.015, start }]
}
