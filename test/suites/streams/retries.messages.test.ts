import { onMessages } from '../../support/apis.js'

// Runs the tests of retries.test.ts again, through the Messages API.
onMessages()
await import('./retries.test.js')
