import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'

const ZIP = fileURLToPath(new URL('../../../dist/gemini-proxy.zip', import.meta.url))
/** Folders of the platform that stand under {@link FileSystem.root} here. */
const OF_PLATFORM = /^\/(code|opt|var\/fc)(?=\/|$)/

/** The files of the platform, under a folder of this machine. */
export interface FileSystem {
  readonly root: string
  /** Where a path of the platform is here; those of the operating system stay. */
  here(path: string): string
  remove(): void
}

/**
 * Lays out what an instance finds: the unpacked zip in `/code`, and Node.js where the PATH of `s.yaml` says that its layer is.
 *
 * @param path - the PATH of the function
 * @param node - the Node.js binary to put there
 * @param patch - changes the server, for controls that are to fail
 */
export function layOut(path: string, node: string, patch?: (server: string) => string): FileSystem {
  const root = mkdtempSync(join(tmpdir(), 'fc-'))
  const here = (place: string): string => (OF_PLATFORM.test(place) ? join(root, place) : place)
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(ZIP)))) {
    const file = join(root, 'code', name)
    if (name.endsWith('/')) continue
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
  chmodSync(join(root, 'code/bootstrap'), 0o755)
  const server = join(root, 'code/server.cjs')
  if (patch !== undefined) writeFileSync(server, patch(readFileSync(server, 'utf8')))

  const folder = here(path.split(':')[0] ?? '')
  if (!folder.startsWith(root)) throw new Error(`the PATH of s.yaml begins with ${folder}, which is no folder of a layer or of the runtime`)
  mkdirSync(folder, { recursive: true })
  if (!existsSync(join(folder, 'node'))) symlinkSync(node, join(folder, 'node'))
  return { root, here, remove: () => rmSync(root, { recursive: true, force: true }) }
}

/** The PATH of the platform, as it reads here. */
export const pathHere = (path: string, { here }: FileSystem): string => path.split(':').map(here).join(':')
