import { onMessages } from '../../support/apis.js'

// Runs the tests of silence.test.ts again, through the Messages API.
onMessages()
await import('./silence.test.js')
