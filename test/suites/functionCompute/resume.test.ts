import { describe } from 'vitest'
import { resumes, startInstances, staysAsItWas } from '../resume/suite.js'

describe('a function that is frozen whenever its client leaves', () => {
  resumes((env) => startInstances(1, env))
})

describe('a function, where resume is not asked for', () => {
  staysAsItWas((env) => startInstances(1, env))
})
