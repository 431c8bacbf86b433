import { readFileSync } from 'node:fs'
import OpenAI from 'openai'
import { makeParseableResponseFormat } from 'openai/lib/parser'
import OpenAI4 from 'openai4'
import { makeParseableResponseFormat as makeParseableResponseFormat4 } from 'openai4/lib/parser'
import OpenAI7 from 'openai7'
import { makeParseableResponseFormat as makeParseableResponseFormat7 } from 'openai7/lib/parser'

type Parseable = typeof makeParseableResponseFormat
type Chat = OpenAI['chat']['completions']

/** One version of the official JavaScript SDK, typed as the version that the product uses. */
export interface Sdk {
  /** Such as `openai 6.49.0`. */
  readonly name: string
  readonly OpenAI: typeof OpenAI
  readonly makeParseableResponseFormat: Parseable
  /** Returns the object that has `stream` and `parse`: `beta` before version 5. */
  helpers(client: OpenAI): Chat
}

const versionOf = (folder: string): string =>
  (JSON.parse(readFileSync(new URL(`../../../node_modules/${folder}/package.json`, import.meta.url), 'utf8')) as { version: string })
    .version

const current = (client: OpenAI): Chat => client.chat.completions

/**
 * Every major version in use by clients. The parts of 4 and 7 that the cases use have the same form
 * as in 6.
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

/** A Python environment for each major version: its requirements file. */
export const PYTHON_SDKS = [
  { name: 'openai 1 for Python', requirements: 'test/suites/sdk/python/requirements-1.txt' },
  { name: 'openai 2 for Python', requirements: 'test/suites/sdk/python/requirements.txt' },
  { name: 'openai 3 for Python', requirements: 'test/suites/sdk/python/requirements-3.txt' },
] as const
