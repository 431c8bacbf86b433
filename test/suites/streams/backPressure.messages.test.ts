import { onMessages } from '../../support/apis.js'

// The same suite for the Messages API.
onMessages()
await import('./backPressure.test.js')
