// Preloaded into a server to measure how long its event loop is blocked. Replies to any message of
// the parent process with the longest pause since the previous message, in milliseconds, measured
// by the clock (`blockedMs`) and by CPU time (`busyMs`), since other processes cause pauses, too.
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
