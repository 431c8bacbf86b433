// usage: npm run build
// Bundles src/main.ts into dist/server.cjs, one file without node_modules. dist/start.cjs starts it
// faster with the compiled code in dist/cache. dist/docs contains the docs page, dist/console the
// console, dist/cli.cjs the commands except serve, dist/tracing.cjs OpenTelemetry.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile, type OutputFile, type Plugin } from 'esbuild'
import { contractsPlugin } from '../spec/contracts.js'
import { makeCodeCaches } from './codeCache.js'
import { buildConsolePage } from './consolePage.js'
import { buildDocsPage } from './docsPage.js'
import { makeTrimsPlugin } from './trims.js'
import { compiledValidatorsPlugin } from './validators.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Path of the file with esbuild's metafiles of the last build, from which the SBOM is made. */
export const METAFILE_PATH = `${ROOT}/.cache/metafile.json`
const FORBIDDEN = /^(test|scripts(?!\/bundle\/launcher)|\.cache|dist)\/|(^|\/)node_modules\/(vitest|tsx|esbuild|typescript)\//

/**
 * Bundles an entry file for production.
 *
 * @param entry - the entry file, relative to the root of the repository
 * @param outfile - path of the bundle; its source map is written beside it
 * @param omittedTrim - name of a trim that is not applied; see scripts/bundle/trims.ts
 * @returns the size of the bundle in bytes, and esbuild's metafile
 * @throws if the bundle would contain tests, scripts or development tools
 */
export async function bundle(
  entry: string,
  outfile: string,
  omittedTrim?: string,
): Promise<{ readonly bytes: number; readonly metafile: Metafile }> {
  const { version } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { version: string }
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.10',
    minify: true,
    sourcemap: 'linked',
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
    // Use `require` instead of `import()`, for which Node.js 20 prints a warning in a server that
    // dist/start.cjs has started.
    supported: { 'dynamic-import': false },
    plugins: [compiledValidatorsPlugin, contractsPlugin, makeTrimsPlugin(omittedTrim), separateBundles],
    define: { __VERSION__: JSON.stringify(version), 'process.env.NODE_ENV': '"production"' },
  })
  const forbidden = Object.keys(metafile.inputs).filter((input) => FORBIDDEN.test(input))
  if (forbidden.length > 0) throw new Error(`${entry} imports files that must not be in production: ${forbidden.join(', ')}`)
  return { bytes: write(outputFiles), metafile }
}

/** esbuild plugin that leaves the commands and tracing to other bundles, loaded on demand. */
const separateBundles: Plugin = {
  name: 'separate-bundles',
  setup(build) {
    build.onResolve({ filter: /\/cli\/main\.js$/ }, () => ({ path: './cli.cjs', external: true }))
    build.onResolve({ filter: /\/openTelemetry\.js$/ }, () => ({ path: './tracing.cjs', external: true }))
  },
}

// Writes files by renaming, because a server that starts now must not read an incomplete file.
function write(files: readonly OutputFile[]): number {
  for (const { path, contents } of files) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.tmp`, path.endsWith('.map') ? contents : appendHash(contents))
    renameSync(`${path}.tmp`, path)
  }
  return files.find(({ path }) => !path.endsWith('.map'))?.contents.length ?? 0
}

/** Appends its hash to a bundle, by which launcher/start.ts finds the matching code cache. */
const appendHash = (contents: Uint8Array): Buffer =>
  Buffer.concat([contents, Buffer.from(`//# build=${createHash('sha256').update(contents).digest('hex').slice(0, 16)}\n`)])

/** Builds all files of the packaged server into dist/: pages, bundles and code caches. */
export async function buildServer(): Promise<void> {
  const pages = [await buildDocsPage(), await buildConsolePage()]
  const bundles = [
    await bundle('src/main.ts', 'dist/server.cjs'),
    await bundle('src/cli/main.ts', 'dist/cli.cjs'),
    await bundle('src/tracing/openTelemetry.ts', 'dist/tracing.cjs'),
    await bundle('scripts/bundle/launcher/start.ts', 'dist/start.cjs'),
  ]
  mkdirSync(dirname(METAFILE_PATH), { recursive: true })
  writeFileSync(METAFILE_PATH, JSON.stringify([...bundles.map(({ metafile }) => metafile), ...pages]))
  console.log(`dist/server.cjs  ${((bundles[0]?.bytes ?? 0) / 1024).toFixed(0)} KB`)
  for (const line of await makeCodeCaches(`${ROOT}/dist`)) console.log(line)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildServer()
