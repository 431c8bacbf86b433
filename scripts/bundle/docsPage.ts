import { cpSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FILES = {
  'spec/page': ['index.html', 'docs.css', 'docs.js'],
  'node_modules/swagger-ui-dist': ['swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui.css', 'LICENSE', 'NOTICE'],
} as const

/** Copies the files of the docs page to dist/docs, where the server looks for them: beside itself, since they are larger than it is. */
export function copyDocs(): void {
  const target = join(ROOT, 'dist/docs')
  // Renamed into place file by file, so that a server that reads meanwhile never gets half of one.
  mkdirSync(target, { recursive: true })
  for (const [source, names] of Object.entries(FILES))
    for (const name of names) {
      cpSync(join(ROOT, source, name), join(target, `${name}.tmp`))
      renameSync(join(target, `${name}.tmp`), join(target, name))
    }
}
