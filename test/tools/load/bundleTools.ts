import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** A script of this folder that runs in its own process. */
type Tool = 'upstream' | 'pacedUpstream' | 'pipe'

/** Bundles scripts of this folder to `<folder>/<name>.cjs`; they then start without a compiler. */
export async function bundleTools(folder: string, tools: readonly Tool[]): Promise<void> {
  await build({
    entryPoints: tools.map((name) => fileURLToPath(new URL(`${name}.ts`, import.meta.url))),
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
  })
}
