import { onMessages } from '../../support/apis.js'

// Runs the tests of leaving.test.ts again, through the Messages API.
onMessages()
await import('./leaving.test.js')
