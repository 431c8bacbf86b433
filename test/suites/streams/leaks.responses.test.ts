import { onResponses } from '../../support/apis.js'

// Runs the tests of leaks.test.ts again, through the Responses API.
onResponses()
await import('./leaks.test.js')
