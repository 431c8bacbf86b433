// The floors of src/: a file imports from its own floor or from a lower one, never from a higher one, no cycles, not even in types.
// test/support/floors.test.ts plants a violation of every rule.

const FLOORS = require('./floors.cjs')

const pathOf = (room) => (room.endsWith('.ts') ? `^src/${room.replace('.', '\\.')}$` : `^src/${room}/`)
const PATHS = FLOORS.map(({ rooms }) => rooms.map(pathOf))

const ENTRY = pathOf('main.ts')
const MAIN = [ENTRY, pathOf('service.ts')] // service.ts puts the parts together, main.ts runs it
const HTTP = pathOf('http')
const UPSTREAM = pathOf('upstream')

const packages = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})(/|$)`

const upward = PATHS.slice(0, -1).map((paths, height) => ({
  name: `floor-${height}-imports-upward`,
  comment: 'Down is calls, up is return values: let the caller pass it in.',
  severity: 'error',
  from: { path: paths },
  to: { path: PATHS.slice(height + 1).flat() },
}))

/** A package, or the generated files, that one part of src/ keeps for itself. */
const only = (name, owners, to) => ({ name, severity: 'error', from: { path: '^src/', pathNot: owners }, to })

module.exports = {
  forbidden: [
    ...upward,
    { name: 'no-cycle', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    {
      name: 'upstream-and-responses-apart',
      comment: 'They share a floor and know nothing of each other: an operation passes values between them.',
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
      comment: 'Put it into one of the folders of src/, or give it a floor in scripts/check/floors.cjs.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/', pathNot: [...PATHS.flat(), '\\.d\\.ts$'] },
    },
    only('fastify-in-http-only', [HTTP], { path: packages('fastify', '@fastify', 'openapi-backend', 'prom-client') }),
    only('openai-in-upstream-only', [UPSTREAM], { path: packages('openai', 'undici') }),
    only('pino-in-main-and-http-only', [...MAIN, HTTP], { path: packages('pino') }),
    only('generated-json-in-main-only', [ENTRY], { path: '(^|/)generated/.*\\.json$' }),
    only('generated-types-in-contract-only', ['^src/contract/'], { path: '(^|/)generated/', pathNot: '\\.json$' }),
    {
      name: 'responses-are-pure',
      comment: 'The converters of the Responses API import the contract only. Whatever else they need is passed in.',
      severity: 'error',
      from: { path: '^src/responses/' },
      to: { pathNot: ['^src/(responses|contract)/', '^(node:)?crypto$'] },
    },
    { name: 'no-test-or-script-in-src', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|scripts)/' } },
    {
      name: 'declared-dependencies-only',
      comment: 'The server is made of node: modules and the "dependencies" of package.json.',
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
