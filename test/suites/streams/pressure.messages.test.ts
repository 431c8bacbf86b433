import { onMessages } from '../../support/apis.js'

// Runs the tests of pressure.test.ts again, through the Messages API.
onMessages()
await import('./pressure.test.js')
