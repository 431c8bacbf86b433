import { onResponses } from '../../support/apis.js'

// Runs the tests of pressure.test.ts again, through the Responses API.
onResponses()
await import('./pressure.test.js')
