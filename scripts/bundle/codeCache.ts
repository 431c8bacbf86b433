import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { DEPLOYED_NODE_VERSIONS, downloadNode } from '../bench/nodes.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CODE_CACHE_FOLDER = join(ROOT, '.cache/code')
const WARM_UP_BUNDLE = join(CODE_CACHE_FOLDER, 'warmUp.cjs')
const run = promisify(execFile)
/**
 * V8 flags that make code caches reproducible. warmUp.ts resets them before it creates a cache,
 * because V8 rejects a cache that was made with other flags than those of the reading process.
 */
const REPRODUCIBLE_FLAGS = ['--hash-seed=1', '--random-seed=1']

/**
 * Makes the V8 code caches for launcher/start.ts, one per Node.js version of Function Compute.
 *
 * @param dist - folder of server.cjs; the caches are written to its subfolder `cache`
 * @returns a line to print for each version: the path of its cache, or why it has none
 */
export async function makeCodeCaches(dist: string): Promise<string[]> {
  const server = join(dist, 'server.cjs')
  const folder = join(dist, 'cache')
  rmSync(folder, { recursive: true, force: true })
  for (const each of [folder, CODE_CACHE_FOLDER]) mkdirSync(each, { recursive: true })
  const entry = fileURLToPath(new URL('warmUp.ts', import.meta.url))
  await build({ entryPoints: [entry], outfile: WARM_UP_BUNDLE, bundle: true, platform: 'node', format: 'cjs', target: 'node20.10' })
  return Promise.all(
    DEPLOYED_NODE_VERSIONS.map(async (version) => {
      try {
        const name = cacheName(version, server)
        copyFileSync(await codeCache(version, name, server), join(folder, name))
        return `${relative(ROOT, folder)}/${name}`
      } catch (error) {
        return `no compiled code for Node.js ${version}, which will start slower: ${error instanceof Error ? error.message : error}`
      }
    }),
  )
}

/** Returns the file name of a code cache. launcher/start.ts must compute an equal name. */
function cacheName(version: string, server: string): string {
  const mark = /# build=(\w+)\n$/.exec(readFileSync(server, 'latin1').slice(-100))?.[1]
  return `v${version}-x64-${mark}.bin`
}

/** Returns the path of a code cache; makes it once per server bundle and version of warmUp.ts. */
async function codeCache(version: (typeof DEPLOYED_NODE_VERSIONS)[number], name: string, server: string): Promise<string> {
  const maker = createHash('sha256').update(readFileSync(WARM_UP_BUNDLE)).update(REPRODUCIBLE_FLAGS.join()).digest('hex').slice(0, 8)
  const kept = join(CODE_CACHE_FOLDER, `${maker}-${name}`)
  if (existsSync(kept)) return kept
  const node = await downloadNode(version)
  const unfinished = `${kept}.${process.pid}`
  await run(node, [...REPRODUCIBLE_FLAGS, WARM_UP_BUNDLE, server, unfinished], { env: { PATH: process.env.PATH } })
  renameSync(unfinished, kept)
  return kept
}
