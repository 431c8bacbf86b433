// Preloaded into the server by the soak test: collects garbage on SIGUSR2, so that only used memory
// is measured.
const { setFlagsFromString } = require('node:v8')
const { runInNewContext } = require('node:vm')

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
process.on('SIGUSR2', () => collect())
