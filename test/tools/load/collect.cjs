// Loaded into the server by the soak test: SIGUSR2 runs the garbage collector, so that the
// remaining memory is in use.
const { setFlagsFromString } = require('node:v8')
const { runInNewContext } = require('node:vm')

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
process.on('SIGUSR2', () => collect())
