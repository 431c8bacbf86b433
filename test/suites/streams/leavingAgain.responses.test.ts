import { onResponses } from '../../support/apis.js'

// Runs the tests of leavingAgain.test.ts again, through the Responses API.
onResponses()
await import('./leavingAgain.test.js')
