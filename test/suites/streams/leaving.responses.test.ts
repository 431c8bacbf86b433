import { onResponses } from '../../support/apis.js'

// Runs the tests of leaving.test.ts again, through the Responses API.
onResponses()
await import('./leaving.test.js')
