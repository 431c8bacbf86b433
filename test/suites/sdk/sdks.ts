import { readFileSync } from 'node:fs'
import OpenAI from 'openai'
import { makeParseableResponseFormat } from 'openai/lib/parser'
import OpenAI4 from 'openai4'
import { makeParseableResponseFormat as makeParseableResponseFormat4 } from 'openai4/lib/parser'
import OpenAI7 from 'openai7'
import { makeParseableResponseFormat as makeParseableResponseFormat7 } from 'openai7/lib/parser'

type Parseable = typeof makeParseableResponseFormat
type Chat = OpenAI['chat']['completions']

/** One version of the official JavaScript SDK, typed as the version that the proxy itself uses. */
export interface Sdk {
  /** The name in reports, such as `openai 6.49.0`. */
  readonly name: string
  readonly OpenAI: typeof OpenAI
  readonly makeParseableResponseFormat: Parseable
  /**
   * Returns the object of the client with the methods `stream` and `parse`; before version 5, the
   * SDK has them in `client.beta`.
   */
  helpers(client: OpenAI): Chat
}

const versionOf = (folder: string): string =>
  (JSON.parse(readFileSync(new URL(`../../../node_modules/${folder}/package.json`, import.meta.url), 'utf8')) as { version: string })
    .version

const current = (client: OpenAI): Chat => client.chat.completions

/**
 * The tested major versions of the JavaScript SDK. The casts are safe, because the cases use only
 * members that versions 4 and 7 have in the same form as version 6.
 */
export const SDKS: readonly Sdk[] = [
  {
    name: `openai ${versionOf('openai4')}`,
    OpenAI: OpenAI4 as unknown as typeof OpenAI,
    makeParseableResponseFormat: makeParseableResponseFormat4 as unknown as Parseable,
    helpers: (client) => (client.beta as unknown as { readonly chat: OpenAI['chat'] }).chat.completions,
  },
  { name: `openai ${versionOf('openai')}`, OpenAI, makeParseableResponseFormat, helpers: current },
  {
    name: `openai ${versionOf('openai7')}`,
    OpenAI: OpenAI7 as unknown as typeof OpenAI,
    makeParseableResponseFormat: makeParseableResponseFormat7 as unknown as Parseable,
    helpers: current,
  },
]

/** The tested major versions of the Python SDK, each with its requirements file. */
export const PYTHON_SDKS = [
  { name: 'openai 1 for Python', requirements: 'test/suites/sdk/python/requirements-1.txt' },
  { name: 'openai 2 for Python', requirements: 'test/suites/sdk/python/requirements.txt' },
  { name: 'openai 3 for Python', requirements: 'test/suites/sdk/python/requirements-3.txt' },
] as const
