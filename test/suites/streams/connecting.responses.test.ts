import { onResponses } from '../../support/apis.js'

// The same suite for the other API.
onResponses()
await import('./connecting.test.js')
