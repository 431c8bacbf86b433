import { onResponses } from '../../support/apis.js'

// Runs the tests of framing.test.ts again, through the Responses API.
onResponses()
await import('./framing.test.js')
