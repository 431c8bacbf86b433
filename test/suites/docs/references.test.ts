import { describe, expect, test } from 'vitest'
import { inChinese, LONGER, READMES, read } from './markdown.js'
import { unknownNames } from './references.js'

const DOCUMENTS = [...READMES, ...LONGER, ...LONGER.map(inChinese), 'SECURITY.md', 'CHANGELOG.md', 'spec/DECISIONS.md', 'test/README.md']

test.each(DOCUMENTS)('%s contains only existing paths, targets, variables and symbols', (name) => {
  expect(unknownNames(read(name))).toEqual([])
})

describe('unknown names in a text', () => {
  test.each([
    ['a file', 'See `src/http/application.ts`.', 'src/http/application.ts'],
    ['a file without its folder', 'See `coffee.ts`.', 'coffee.ts'],
    ['a folder', 'See `scripts/toolbox/`.', 'scripts/toolbox/'],
    ['a pattern', 'See `test/suites/sdk/cases.*.py`.', 'test/suites/sdk/cases.*.py'],
    ['a target', 'Run `make tea` first.', 'make tea'],
    ['a target in a block', '```sh\nmake coffee\n```', 'make coffee'],
    ['a variable', 'Set GEMINI_API_KEYS.', 'GEMINI_API_KEYS'],
    ['a symbol', 'It calls `makeCoffee()`.', 'makeCoffee'],
    ['a member', 'It reads `exchange.coffeeCount`.', 'coffeeCount'],
    ['a class', 'A `CoffeeStore` has them.', 'CoffeeStore'],
    ['an error code', 'The code is `coffee_not_found`.', 'coffee_not_found'],
    ['a header', 'It is named by `x-gemini-proxy-coffee`.', 'x-gemini-proxy-coffee'],
  ])('%s is reported', (_, text, name) => {
    expect(unknownNames(text)).toEqual([name])
  })

  test('known names are not reported', () => {
    const text =
      'See `src/http/app.ts`, `src/http/`, `test/suites/sdk/cases.*.ts`, `spec/operations/<operationId>.yaml`, `scripts/{spec,docs}` and `createChatCompletion`. ' +
      'Run `make test` with GEMINI_API_KEY and SCHEMATHESIS_TARGET; `x-request-id` is on `model_not_found` too.'
    expect(unknownNames(text)).toEqual([])
  })
})
