import { onResponses } from '../../support/apis.js'

// Runs the tests of backPressure.test.ts again, through the Responses API.
onResponses()
await import('./backPressure.test.js')
