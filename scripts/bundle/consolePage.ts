import { cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile } from 'esbuild'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SOURCE = 'src/consolePage'

/**
 * Bundles the page of the console into dist/console: a page, a script and a style sheet, which load
 * nothing else.
 *
 * @returns esbuild's metafile, for the SBOM
 */
export async function buildConsolePage(): Promise<Metafile> {
  const target = join(ROOT, 'dist/console')
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`${SOURCE}/app.tsx`],
    outdir: target,
    tsconfig: `${SOURCE}/tsconfig.json`,
    bundle: true,
    platform: 'browser',
    format: 'iife',
    // The first versions with light-dark() of CSS, on which the themes depend.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    minify: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  mkdirSync(target, { recursive: true })
  // Renamed into place: a running server must not read half a file.
  for (const { path, contents } of outputFiles) {
    writeFileSync(`${path}.tmp`, contents)
    renameSync(`${path}.tmp`, path)
  }
  const page = join(target, 'index.html')
  cpSync(join(ROOT, SOURCE, basename(page)), `${page}.tmp`)
  renameSync(`${page}.tmp`, page)
  return metafile
}
