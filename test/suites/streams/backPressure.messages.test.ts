import { onMessages } from '../../support/apis.js'

// Runs the tests of backPressure.test.ts again, through the Messages API.
onMessages()
await import('./backPressure.test.js')
