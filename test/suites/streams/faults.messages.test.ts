import { onMessages } from '../../support/apis.js'

// Runs the tests of faults.test.ts again, through the Messages API.
onMessages()
await import('./faults.test.js')
