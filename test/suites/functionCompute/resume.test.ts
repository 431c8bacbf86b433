import { describe } from 'vitest'
import { startInstances, testResuming, testWithoutResuming } from '../resume/suite.js'

describe('a function that is frozen whenever its client disconnects', () => {
  testResuming((env) => startInstances(1, env))
})

describe('a function, if resume is not requested', () => {
  testWithoutResuming((env) => startInstances(1, env))
})
