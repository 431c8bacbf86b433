// Preloaded into the server by the soak test: on SIGUSR2, collects garbage, so that the remaining
// memory is in use.
const { setFlagsFromString } = require('node:v8')
const { runInNewContext } = require('node:vm')

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
process.on('SIGUSR2', () => collect())
