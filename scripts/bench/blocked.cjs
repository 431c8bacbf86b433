// Loaded into the server to measure for how long its event loop stands still. Replies to any
// message with the longest pause since the last one, in milliseconds.
let last = performance.now()
let blockedMs = 0
setInterval(() => {
  const now = performance.now()
  blockedMs = Math.max(blockedMs, now - last)
  last = now
}, 1).unref()
process.on('message', () => {
  process.send({ blockedMs })
  blockedMs = 0
})
process.channel.unref()
