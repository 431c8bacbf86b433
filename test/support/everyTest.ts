// Setup file of every test file; see setupFiles in vitest.config.ts.
import { afterAll, afterEach } from 'vitest'
import { hookChildren, takeErrorOutput } from './children.js'
import { watchProxies } from './contractWire.js'
import { makeFileWriter, recordLogs, recordUpstream } from './recorder.js'
import { RECORDS } from './testLogs.js'
import { noteViolation, RECORD_PREFIX, takeViolations } from './violations.js'

watchProxies(noteViolation)
hookChildren(RECORD_PREFIX)
const logs = makeFileWriter(`${RECORDS}/${RECORD_PREFIX}.proxy.log`)
const upstream = makeFileWriter(`${RECORDS}/${RECORD_PREFIX}.upstream.jsonl`)
recordLogs(logs.write)
recordUpstream(upstream.write)

// A warning of Node.js fails the test, unless it is about an experimental feature, which tests may
// use. Warnings of proxies in other processes are read from their stderr.
process.on('warning', ({ name, stack }) => name !== 'ExperimentalWarning' && noteViolation(`a warning of Node.js: ${stack}`))

const fail = (): void => {
  const violations = [...takeViolations(), ...takeErrorOutput()]
  if (violations.length > 0) throw new Error(violations.join('\n\n'))
}
afterEach(fail)
// Runs after the hooks of the test file, so that responses sent while servers close are checked,
// too.
afterAll(() => {
  logs.flush()
  upstream.flush()
  fail()
})
