import { onResponses } from '../../support/apis.js'

// Runs the tests of staleSockets.test.ts again, through the Responses API.
onResponses()
await import('./staleSockets.test.js')
