// Loaded into the server to measure for how long its event loop stands still. Replies to any
// message with the sum of all pauses since the last one, in milliseconds.
const SHORTEST_MS = 5

let last = performance.now()
let blockedMs = 0
setInterval(() => {
  const now = performance.now()
  if (now - last > SHORTEST_MS) blockedMs += now - last
  last = now
}, 1).unref()
process.on('message', () => {
  process.send({ blockedMs })
  blockedMs = 0
})
process.channel.unref()
