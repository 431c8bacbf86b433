// Runs before every test file; see setupFiles in vitest.config.ts. No test can forget it.
import { afterAll, afterEach } from 'vitest'
import { hookChildren, takeErrorOutput } from './children.js'
import { watchProxies } from './contractWire.js'
import { makeFileWriter, recordLogs, recordUpstream } from './recorder.js'
import { RECORDS } from './testLogs.js'
import { noteViolation, OF_THIS_FILE, takeViolations } from './violations.js'

watchProxies(noteViolation)
hookChildren(OF_THIS_FILE)
const logs = makeFileWriter(`${RECORDS}/${OF_THIS_FILE}.proxy.log`)
const upstream = makeFileWriter(`${RECORDS}/${OF_THIS_FILE}.upstream.jsonl`)
recordLogs(logs.write)
recordUpstream(upstream.write)

// Tests may use experimental features of Node.js themselves; what a proxy in another process writes
// to stderr is checked in any case.
process.on('warning', ({ name, stack }) => name !== 'ExperimentalWarning' && noteViolation(`a warning of Node.js: ${stack}`))

const fail = (): void => {
  const violations = [...takeViolations(), ...takeErrorOutput()]
  if (violations.length > 0) throw new Error(violations.join('\n\n'))
}
afterEach(fail)
// Responses sent while servers close are checked, too: the hooks of a test file run before this
// one.
afterAll(() => {
  logs.flush()
  upstream.flush()
  fail()
})
