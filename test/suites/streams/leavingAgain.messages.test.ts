import { onMessages } from '../../support/apis.js'

// Runs the tests of leavingAgain.test.ts again, through the Messages API.
onMessages()
await import('./leavingAgain.test.js')
