import { onResponses } from '../../support/apis.js'

// Runs the tests of retries.test.ts again, through the Responses API.
onResponses()
await import('./retries.test.js')
