// usage: node scripts/install.cjs
// Runs `npm ci --ignore-scripts` if node_modules differs from package-lock.json. Rejects old
// versions of Node.js, and therefore uses old syntax only.
const fs = require('fs')
const path = require('path')
const spawn = require('child_process').spawn

const ROOT = path.join(__dirname, '..')
const NODE_MINIMUM = [20, 19]
const HEARTBEAT_MS = 15000

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
    return undefined // the file is missing or incomplete
  }
}

/** Returns why npm must install; undefined if node_modules matches package-lock.json. */
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

/** Runs `npm ci`. Prints the elapsed time every 15 s: npm has no progress without a terminal. */
function install() {
  // Only errors are printed: EBADENGINE warnings concern packages that do run on this Node.js.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const started = Date.now()
  const heartbeat = setInterval(() => {
    console.log(`npm ci: still running after ${Math.round((Date.now() - started) / 1000)} s`)
  }, HEARTBEAT_MS)
  const npm = spawn('npm', args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] })
  npm.on('error', (error) => {
    clearInterval(heartbeat)
    console.error(`npm ci: ${error.message}`)
    process.exitCode = 1
  })
  npm.on('exit', (code) => {
    clearInterval(heartbeat)
    if (code !== 0)
      console.error(
        'npm ci: failed; the reason is above. If the registry cannot be reached: `npm config get registry` prints which one is used.',
      )
    process.exitCode = code === null ? 1 : code
  })
}

refuseOldNode()
const reason = findReasonToInstall()
if (reason !== undefined) {
  console.log(`npm ci: ${reason}; downloading the dependencies (about 30 s and 550 MB on disk)`)
  install()
}
