// usage: node scripts/install.cjs
// Runs `npm ci --ignore-scripts` if node_modules differs from package-lock.json. Rejects old
// versions of Node.js; written in old syntax, so that they can run it.
const fs = require('fs')
const path = require('path')
const spawnSync = require('child_process').spawnSync

const ROOT = path.join(__dirname, '..')
const NODE_MINIMUM = [20, 19]

function refuseOldNode() {
  const found = process.versions.node.split('.').map(Number)
  if (found[0] > NODE_MINIMUM[0] || (found[0] === NODE_MINIMUM[0] && found[1] >= NODE_MINIMUM[1])) return
  console.error(`Gemini Proxy needs Node >= ${NODE_MINIMUM.join('.')}, this is ${process.versions.node}: https://nodejs.org`)
  process.exit(1)
}

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(path.join(ROOT, file), 'utf8')).packages
  } catch (_) {
    return undefined // missing or incomplete
  }
}

/** Returns the first reason to install, or undefined if node_modules matches the lock file. */
function findReasonToInstall() {
  const wanted = readPackages('package-lock.json')
  const installed = readPackages('node_modules/.package-lock.json')
  if (wanted === undefined || installed === undefined) return 'node_modules is missing'
  const stale = Object.keys(wanted).find((name) => {
    if (name === '') return false
    if (installed[name] === undefined) return !wanted[name].optional
    return installed[name].version !== wanted[name].version
  })
  const surplus = Object.keys(installed).find((name) => wanted[name] === undefined)
  if (stale !== undefined) return `${stale} is missing or has another version`
  if (surplus !== undefined) return `${surplus} is not in package-lock.json`
  return undefined
}

refuseOldNode()
const reason = findReasonToInstall()
if (reason !== undefined) {
  console.log(`npm ci: ${reason}`)
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: ROOT, stdio: 'inherit' })
  process.exitCode = npm.status === null ? 1 : npm.status
}
