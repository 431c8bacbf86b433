import { onResponses } from '../../support/apis.js'

// Runs the tests of connecting.test.ts again, through the Responses API.
onResponses()
await import('./connecting.test.js')
