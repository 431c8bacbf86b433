import { defineConfig } from 'vitest/config'
import { runner, strict } from './vitest.config.js'

/** Tests on material that is not in this repository: `make oracle SHARED=dir`. */
export default defineConfig({
  envDir: false,
  test: { ...strict, ...runner, include: ['test/oracle/**/*.test.ts'], testTimeout: 60_000 },
})
