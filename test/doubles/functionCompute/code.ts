import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'

const ZIP = fileURLToPath(new URL('../../../dist/gemini-proxy.zip', import.meta.url))
/** Folders of the platform that the emulator maps into {@link FileSystem.root}. */
const PLATFORM_PATH = /^\/(code|opt|var\/fc)(?=\/|$)/

/** The file system that an instance sees on the platform, emulated in a folder of this machine. */
export interface FileSystem {
  readonly root: string
  /**
   * Maps a path of the platform to a local path; paths of the operating system are returned
   * unchanged.
   */
  toLocalPath(path: string): string
  remove(): void
}

/** Takes the code of one file of the package, and returns a modified copy. */
export type Patch = (code: string) => string

/**
 * Creates the files that an instance needs: the unpacked zip in `/code`, and Node.js in the layer
 * folder that the PATH in `s.yaml` names.
 *
 * @param path - the PATH of the function
 * @param node - the Node.js binary to link there
 * @param patches - functions that modify files of the package, by file name
 */
export function createFileSystem(path: string, node: string, patches: Readonly<Record<string, Patch | undefined>> = {}): FileSystem {
  const root = mkdtempSync(join(tmpdir(), 'fc-'))
  const toLocalPath = (file: string): string => (PLATFORM_PATH.test(file) ? join(root, file) : file)
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(ZIP)))) {
    const file = join(root, 'code', name)
    if (name.endsWith('/')) continue
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
  chmodSync(join(root, 'code/bootstrap'), 0o755)
  for (const [name, patch] of Object.entries(patches)) {
    const file = join(root, 'code', name)
    if (patch !== undefined) writeFileSync(file, patch(readFileSync(file, 'utf8')))
  }

  const folder = toLocalPath(path.split(':')[0] ?? '')
  if (!folder.startsWith(root))
    throw new Error(`the PATH of s.yaml begins with ${folder}, which is not a folder of a layer or of the runtime`)
  mkdirSync(folder, { recursive: true })
  if (!existsSync(join(folder, 'node'))) symlinkSync(node, join(folder, 'node'))
  return { root, toLocalPath, remove: () => rmSync(root, { recursive: true, force: true }) }
}

/** Maps the PATH of the platform to local folders. */
export const toLocalSearchPath = (path: string, { toLocalPath }: FileSystem): string => path.split(':').map(toLocalPath).join(':')
