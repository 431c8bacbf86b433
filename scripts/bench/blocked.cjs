// Loaded into the server to measure for how long its event loop stands still. Replies to any
// message with the longest pause since the last one, in milliseconds: by the clock, and as far as
// the process used a processor in it, which on a busy machine is less.
let last = performance.now()
let used = process.cpuUsage()
let blockedMs = 0
let busyMs = 0
setInterval(() => {
  const now = performance.now()
  const { user, system } = process.cpuUsage(used)
  blockedMs = Math.max(blockedMs, now - last)
  busyMs = Math.max(busyMs, Math.min(now - last, (user + system) / 1000))
  used = process.cpuUsage()
  last = now
}, 1).unref()
process.on('message', () => {
  process.send({ blockedMs, busyMs })
  blockedMs = 0
  busyMs = 0
})
process.channel.unref()
