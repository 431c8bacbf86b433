import { cpSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FILES = {
  'spec/page': ['index.html', 'docs.css', 'docs.js'],
  'node_modules/swagger-ui-dist': ['swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui.css', 'LICENSE', 'NOTICE'],
} as const

/** Copies the files of the docs page to dist/docs: they are larger than the server itself. */
export function copyDocs(): void {
  const target = join(ROOT, 'dist/docs')
  // Renamed into place: a running server must not read half a file.
  mkdirSync(target, { recursive: true })
  for (const [source, names] of Object.entries(FILES))
    for (const name of names) {
      cpSync(join(ROOT, source, name), join(target, `${name}.tmp`))
      renameSync(join(target, `${name}.tmp`), join(target, name))
    }
}
