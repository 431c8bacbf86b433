// usage: make audit
// Lists known vulnerabilities of the runtime dependencies. Exit 1 if there are any, 2 if the
// registry did not respond.
import { spawnSync } from 'node:child_process'

const { status, stdout, stderr, error } = spawnSync('npm', ['audit', '--omit=dev'], { encoding: 'utf8' })
if (error !== undefined) throw error
process.stdout.write(stdout)
if (status !== 0 && /audit endpoint returned an error|npm (error|ERR!)/.test(stderr)) {
  console.error(stderr.trim())
  console.error(
    'make audit: the audit request to the npm registry failed. An audit needs the internet and a registry that supports audits; some mirrors do not.',
  )
  process.exitCode = 2
} else process.exitCode = status ?? 1
