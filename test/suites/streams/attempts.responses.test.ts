import { onResponses } from '../../support/apis.js'

// Runs the tests of attempts.test.ts again, through the Responses API.
onResponses()
await import('./attempts.test.js')
