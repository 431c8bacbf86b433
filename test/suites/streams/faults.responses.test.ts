import { onResponses } from '../../support/apis.js'

// Runs the tests of faults.test.ts again, through the Responses API.
onResponses()
await import('./faults.test.js')
