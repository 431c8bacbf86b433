// The floors of src/: a file imports from its own floor or a lower one, types included; no cycles.
// test/support/floors.test.ts checks that each rule reports a violation.

const FLOORS = require('./floors.cjs')

const SRC = { path: '^src/' }
const pathOf = (room) => (room.endsWith('.ts') ? `^src/${room.replace('.', '\\.')}$` : `^src/${room}/`)
const PATHS = FLOORS.map(({ rooms }) => rooms.map(pathOf))

const ENTRY = pathOf('main.ts')
const HTTP = pathOf('http')
const CONSOLE_PAGE = pathOf('consolePage')
const PAGE_ENTRIES = `${CONSOLE_PAGE}(app|docs/docs)\\.tsx$`

const matchPackages = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})(/|$)`

const upward = PATHS.slice(0, -1).map((paths, height) => ({
  name: `floor-${height}-imports-upward`,
  comment: 'Import from lower floors only: let the caller pass in values from a higher floor.',
  from: { path: paths },
  to: { path: PATHS.slice(height + 1).flat() },
}))

/** Makes a rule: only files of src/ whose path matches `owners` may import `to`. */
const allowOnlyIn = (name, owners, to) => ({ name, from: { ...SRC, pathNot: owners }, to })

module.exports = {
  forbidden: [
    ...upward,
    { name: 'no-cycle', to: { circular: true } },
    {
      name: 'upstream-and-responses-apart',
      comment: 'The upstream and the Responses API import no converters of another API: operations pass values between them.',
      from: { path: '^src/(responses|upstream)/' },
      to: { path: '^src/(responses|upstream|messages|completions)/', pathNot: '^src/$1/' },
    },
    {
      name: 'upstream-and-images-apart',
      comment: 'The upstream and the Images API import no converters of another API; only the Responses API may import the Images API.',
      from: { path: '^src/(upstream|images)/' },
      to: { path: '^src/(responses|upstream|messages|completions|images)/', pathNot: '^src/$1/' },
    },
    {
      name: 'no-orphan',
      comment: 'This file imports nothing and is not imported: delete it.',
      from: { ...SRC, orphan: true, pathNot: ['\\.d\\.ts$', ENTRY] },
      to: {},
    },
    {
      name: 'no-dead-file',
      comment: 'src/main.ts does not import this file, directly or not: delete it.',
      from: { path: ENTRY },
      to: { ...SRC, pathNot: ['\\.d\\.ts$', CONSOLE_PAGE], reachable: false },
    },
    {
      name: 'no-dead-file-of-the-page',
      comment: 'Neither the console page nor the docs page imports this file, directly or not: delete it.',
      from: { path: PAGE_ENTRIES },
      to: { path: CONSOLE_PAGE, pathNot: PAGE_ENTRIES, reachable: false },
    },
    {
      name: 'console-page-apart',
      comment: 'Browser code imports only its own files, preact and the contract.',
      from: { path: CONSOLE_PAGE },
      to: { pathNot: [CONSOLE_PAGE, '^src/contract/', matchPackages('preact', '@preact')] },
    },
    {
      name: 'console-page-types-only',
      comment: 'Browser code imports only types from these files of the contract, which may need Node.js.',
      from: { path: CONSOLE_PAGE },
      to: { path: '^src/contract/', pathNot: '^src/contract/(csv|geminiVoices|modelKind)\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-console-page-in-the-server',
      from: { ...SRC, pathNot: CONSOLE_PAGE },
      to: { path: CONSOLE_PAGE },
    },
    allowOnlyIn('preact-in-console-page-only', [CONSOLE_PAGE], { path: matchPackages('preact', '@preact') }),
    {
      name: 'every-file-has-a-floor',
      comment: 'Move this file to a folder that has a floor, or add it to scripts/check/floors.cjs.',
      to: { ...SRC, pathNot: [...PATHS.flat(), '\\.d\\.ts$'] },
    },
    allowOnlyIn('fastify-in-http-only', [HTTP], { path: matchPackages('fastify', '@fastify', 'openapi-backend', 'prom-client') }),
    allowOnlyIn('openai-in-upstream-only', [pathOf('upstream')], { path: matchPackages('openai', 'undici') }),
    allowOnlyIn('pino-in-main-and-http-only', [ENTRY, pathOf('service.ts'), HTTP], { path: matchPackages('pino') }),
    allowOnlyIn('generated-json-in-main-only', [ENTRY], { path: '(^|/)generated/.*\\.json$' }),
    allowOnlyIn('generated-types-in-contract-only', ['^src/contract/'], { path: '(^|/)generated/', pathNot: '\\.json$' }),
    {
      name: 'responses-are-pure',
      comment:
        'The Responses API converters import only their own files, the contract and the Images API converters. The caller passes in the rest.',
      from: { path: '^src/responses/' },
      to: { pathNot: ['^src/(responses|images|contract)/', '^(node:)?crypto$'] },
    },
    {
      name: 'messages-are-pure',
      comment: 'The Messages API converters import only their own files, the contract and the Responses API converters.',
      from: { path: '^src/messages/' },
      to: { pathNot: ['^src/(messages|responses|contract)/'] },
    },
    {
      name: 'completions-are-pure',
      comment: 'The Completions API converters import only their own files, the contract and limits of the Messages API converters.',
      from: { path: '^src/completions/' },
      to: { pathNot: ['^src/(completions|messages|contract)/'] },
    },
    {
      name: 'audio-is-pure',
      comment: 'The audio converters import only their own files and the contract.',
      from: { path: '^src/audio/' },
      to: { pathNot: ['^src/(audio|contract)/'] },
    },
    { name: 'no-test-or-script-in-src', to: { path: '^(test|scripts)/' } },
    {
      name: 'declared-dependencies-only',
      comment: 'The server uses node: modules and the "dependencies" of package.json only.',
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
    { name: 'everything-resolves', to: { couldNotResolve: true } },
  ].map((rule) => ({ severity: 'error', from: SRC, ...rule })),
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
}
