// Preloaded into the server to measure pauses of its event loop. Replies to any message with the
// longest pause since the previous message, in milliseconds: by the clock, and by the CPU time that
// the process used in it, since on a busy machine other processes cause pauses.
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
