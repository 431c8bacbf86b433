import { onResponses } from '../../support/apis.js'

// The same suite on the other API.
onResponses()
await import('./silence.test.js')
