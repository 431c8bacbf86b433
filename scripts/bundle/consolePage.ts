import { cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile } from 'esbuild'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SOURCE = 'src/consolePage'

/** Sources and output folder of a browser page, for {@link bundlePage}. */
export interface PageParts {
  /** Path of the page's script, relative to src/consolePage. */
  readonly entry: string
  /** Name of the folder in dist/ into which the page is written. */
  readonly folder: string
  /** Files to copy unchanged, relative to the root of the repository. */
  readonly copied: readonly string[]
  /** Values, as JSON, that replace identifiers in the script. */
  readonly define?: Record<string, string>
}

/**
 * Bundles the console into dist/console: a page, a script and a style sheet that load nothing else.
 *
 * @returns esbuild's metafile, for the SBOM
 */
export const buildConsolePage = (): Promise<Metafile> =>
  bundlePage({ entry: 'app.tsx', folder: 'console', copied: [`${SOURCE}/index.html`] })

/** Bundles the script and the style sheet of a page. @returns esbuild's metafile, for the SBOM */
export async function bundlePage({ entry, folder, copied, define = {} }: PageParts): Promise<Metafile> {
  const target = join(ROOT, 'dist', folder)
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`${SOURCE}/${entry}`],
    outdir: target,
    tsconfig: `${SOURCE}/tsconfig.json`,
    bundle: true,
    platform: 'browser',
    format: 'iife',
    // The first browser versions that support light-dark() in CSS, which the themes use.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    minify: true,
    legalComments: 'none',
    define,
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  mkdirSync(target, { recursive: true })
  // Write files by renaming, because a running server must not read an incomplete file.
  for (const { path, contents } of outputFiles) {
    writeFileSync(`${path}.tmp`, contents)
    renameSync(`${path}.tmp`, path)
  }
  for (const file of copied) {
    const copy = join(target, basename(file))
    cpSync(join(ROOT, file), `${copy}.tmp`)
    renameSync(`${copy}.tmp`, copy)
  }
  return metafile
}
