import { onMessages } from '../../support/apis.js'

// Runs the tests of framing.test.ts again, through the Messages API.
onMessages()
await import('./framing.test.js')
