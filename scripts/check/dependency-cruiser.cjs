// The floors of src/: a file imports from its own floor or a lower one, types included; no cycles.
// test/support/floors.test.ts violates each rule.

const FLOORS = require('./floors.cjs')

const pathOf = (room) => (room.endsWith('.ts') ? `^src/${room.replace('.', '\\.')}$` : `^src/${room}/`)
const PATHS = FLOORS.map(({ rooms }) => rooms.map(pathOf))

const ENTRY = pathOf('main.ts')
const MAIN = [ENTRY, pathOf('service.ts')] // service.ts assembles the parts, main.ts runs it
const HTTP = pathOf('http')
const UPSTREAM = pathOf('upstream')

const matchPackages = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})(/|$)`

const upward = PATHS.slice(0, -1).map((paths, height) => ({
  name: `floor-${height}-imports-upward`,
  comment: 'Import from lower floors only: let the caller pass in what comes from a higher one.',
  severity: 'error',
  from: { path: paths },
  to: { path: PATHS.slice(height + 1).flat() },
}))

/** Allows imports of a package, or of generated files, in one part of src/ only. */
const allowOnlyIn = (name, owners, to) => ({ name, severity: 'error', from: { path: '^src/', pathNot: owners }, to })

module.exports = {
  forbidden: [
    ...upward,
    { name: 'no-cycle', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    {
      name: 'upstream-and-responses-apart',
      comment: 'They share a floor and do not import each other: an operation passes values between them.',
      severity: 'error',
      from: { path: '^src/(responses|upstream)/' },
      to: { path: '^src/(responses|upstream)/', pathNot: '^src/$1/' },
    },
    {
      name: 'no-orphan',
      comment: 'Nothing imports it: delete it.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: ['\\.d\\.ts$', ENTRY] },
      to: {},
    },
    {
      name: 'no-dead-file',
      comment: 'src/main.ts does not reach it: delete it.',
      severity: 'error',
      from: { path: ENTRY },
      to: { path: '^src/', pathNot: '\\.d\\.ts$', reachable: false },
    },
    {
      name: 'every-file-has-a-floor',
      comment: 'Move it to a folder that has a floor, or add it to scripts/check/floors.cjs.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/', pathNot: [...PATHS.flat(), '\\.d\\.ts$'] },
    },
    allowOnlyIn('fastify-in-http-only', [HTTP], { path: matchPackages('fastify', '@fastify', 'openapi-backend', 'prom-client') }),
    allowOnlyIn('openai-in-upstream-only', [UPSTREAM], { path: matchPackages('openai', 'undici') }),
    allowOnlyIn('pino-in-main-and-http-only', [...MAIN, HTTP], { path: matchPackages('pino') }),
    allowOnlyIn('generated-json-in-main-only', [ENTRY], { path: '(^|/)generated/.*\\.json$' }),
    allowOnlyIn('generated-types-in-contract-only', ['^src/contract/'], { path: '(^|/)generated/', pathNot: '\\.json$' }),
    {
      name: 'responses-are-pure',
      comment: 'The converters of the Responses API import the contract only. The caller passes in the rest.',
      severity: 'error',
      from: { path: '^src/responses/' },
      to: { pathNot: ['^src/(responses|contract)/', '^(node:)?crypto$'] },
    },
    { name: 'no-test-or-script-in-src', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|scripts)/' } },
    {
      name: 'declared-dependencies-only',
      comment: 'The server uses node: modules and the "dependencies" of package.json only.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
    { name: 'everything-resolves', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
}
