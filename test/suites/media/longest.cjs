// Preloaded into the server to find out whether it copies large media. Replies to any message with
// the length of the longest text that was parsed, serialised, decoded or joined since the last one.
let longest = {}
const MEBIBYTE = 1_048_576
const note = (name, length) => {
  // Long texts count only if the server's own code, the third caller on the stack, handles them:
  // the tests' check of all responses runs in the same process.
  if (length > MEBIBYTE && !new Error().stack.split('\n')[3].includes('server.cjs')) return
  longest[name] = Math.max(longest[name] ?? 0, length)
}
const watch = (owner, name, label, lengthOf) => {
  const original = owner[name]
  owner[name] = function (...args) {
    const result = original.apply(this, args)
    note(label, lengthOf(args, result))
    return result
  }
}
watch(JSON, 'parse', 'parsed', ([text]) => String(text).length)
watch(JSON, 'stringify', 'serialised', (_args, result) => result?.length ?? 0)
watch(Buffer, 'concat', 'joined', (_args, result) => result.length)
watch(Buffer.prototype, 'toString', 'decoded', (_args, result) => result.length)
watch(TextDecoder.prototype, 'decode', 'decoded', (_args, result) => result.length)
process.on('message', () => {
  process.send(longest)
  longest = {}
})
process.channel.unref()
