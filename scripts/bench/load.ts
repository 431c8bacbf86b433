// usage: make load
// Loads the built server, with the simulator as upstream: one user, 50 users, 50 streams. Prints
// response times without judging them. About 40 s. Exit 1 if any response is incomplete.
import { runLoad, toTable } from '../../test/tools/load/loads.js'
import { startStack } from '../../test/tools/load/stack.js'

const LOADS = [
  { name: 'one user', users: 1, requests: 100, stream: false },
  { name: 'one user, streaming', users: 1, requests: 50, stream: true },
  { name: '50 users', users: 50, requests: 4000, stream: false },
  { name: '50 users, streaming', users: 50, requests: 3000, stream: true },
]

const stack = await startStack()
await runLoad(stack.address, { name: 'warming up', users: 50, requests: 500, stream: true })
const figures = []
for (const load of LOADS) figures.push(await runLoad(stack.address, load))
await stack.stop()
console.log(`\n${toTable(figures)}\n\nthe simulator responds after 20 ms, and streams 10 chunks at intervals of 10 ms`)
process.exit(figures.some(({ errors }) => errors > 0) ? 1 : 0)
