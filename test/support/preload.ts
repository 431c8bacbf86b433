// Loaded with `node --require` into every process that a test starts; see children.ts. Only proxies
// and Gemini simulators are affected.
import { appendFileSync, writeFileSync } from 'node:fs'
import { watchProxies } from './contractWire.js'
import { recordUpstream } from './recorder.js'

const { TEST_RECORD, TEST_VIOLATIONS } = process.env
if (TEST_RECORD !== undefined && TEST_VIOLATIONS !== undefined) {
  watchProxies(
    (violation) => appendFileSync(`${TEST_VIOLATIONS}.txt`, `${violation}\n\n`),
    () => writeFileSync(`${TEST_RECORD}.is-proxy`, ''),
  )
  // Writes each line immediately, because the process may be killed.
  recordUpstream((line) => appendFileSync(`${TEST_RECORD}-${process.pid}.upstream.jsonl`, line))
}
