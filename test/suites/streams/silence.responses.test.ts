import { onResponses } from '../../support/apis.js'

// Runs the tests of silence.test.ts again, through the Responses API.
onResponses()
await import('./silence.test.js')
