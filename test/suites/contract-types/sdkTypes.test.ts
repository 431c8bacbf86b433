import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const CONFIG = fileURLToPath(new URL('../../../tsconfig.json', import.meta.url))

/** Names of the proxy's types and the SDK's types, which the claims below use. */
const IMPORTS = `import type OpenAI from 'openai'
import type { ChatCompletion, ChatCompletionChunk, ChatCompletionRequest, ErrorResponse, Model } from '../../../src/contract/types.js'
type Params = OpenAI.Chat.ChatCompletionCreateParams
type Streaming = OpenAI.Chat.ChatCompletionCreateParamsStreaming
type Sdk = { completion: OpenAI.Chat.ChatCompletion; chunk: OpenAI.Chat.ChatCompletionChunk; model: OpenAI.Model }
export type Unused = [ChatCompletion, ChatCompletionChunk, ChatCompletionRequest, ErrorResponse, Model, Params, Streaming, Sdk]
`

/** Claims that a value of the first type is assignable to the second. There are no exceptions. */
const CLAIMS = [
  ['our completion is assignable to the type of the SDK', 'ChatCompletion', "Sdk['completion']"],
  ['our chunk is assignable to the type of the SDK', 'ChatCompletionChunk', "Sdk['chunk']"],
  ['our model is assignable to the type of the SDK', 'Model', "Sdk['model']"],
  ['our error is assignable to the type of the SDK', "ErrorResponse['error']", 'OpenAI.ErrorObject'],
  ['every request of the SDK is valid here', 'Params', 'ChatCompletionRequest'],
  ['every streaming request of the SDK is valid here', 'Streaming', 'ChatCompletionRequest'],
  ['every message of the SDK is valid here', 'OpenAI.Chat.ChatCompletionMessageParam', "ChatCompletionRequest['messages'][number]"],
  ['our message can be sent back', "ChatCompletion['choices'][number]['message']", 'OpenAI.Chat.ChatCompletionMessageParam'],
] as const

/** False claims that must be detected; otherwise the claims above prove nothing. */
const LIES = [
  ['a completion without refusal', "Omit<ChatCompletion['choices'][number]['message'], 'refusal'>", 'OpenAI.Chat.ChatCompletionMessage'],
  ['a chunk with an unknown finish reason', "Omit<Sdk['chunk'], 'choices'> & { choices: { finish_reason: 'gone' }[] }", "Sdk['chunk']"],
  ['a model without created', "Omit<Sdk['model'], 'created'>", 'Model'],
  ['a request without messages', "Omit<Params, 'messages'>", 'ChatCompletionRequest'],
  ['wrong types in a request', '{ model: number; messages: string }', 'ChatCompletionRequest'],
  ['any object as a completion', 'object', 'ChatCompletion'],
] as const

type Claim = readonly [name: string, given: string, wanted: string]

const fileOf = (place: number): string => `${HERE}claim${place}.ts`

/** Compiles one virtual file per claim. @returns the compiler's messages by file */
function compile(claims: readonly Claim[]): Map<string, string[]> {
  const { config } = ts.readConfigFile(CONFIG, ts.sys.readFile) as { config: { compilerOptions: object } }
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, HERE)
  const sources = new Map(
    claims.map(([, given, wanted], place) => [
      fileOf(place),
      `${IMPORTS}declare const given: ${given}\nexport const wanted: ${wanted} = given\n`,
    ]),
  )
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (name) => sources.has(name) || fileExists(name)
  host.readFile = (name) => sources.get(name) ?? readFile(name)
  host.getSourceFile = (name, version, ...rest) => {
    const source = sources.get(name)
    return source === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, source, version)
  }
  const program = ts.createProgram([...sources.keys()], options, host)
  return new Map(
    [...sources.keys()].map((name) => [
      name,
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(name))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    ]),
  )
}

const complaints = compile([...CLAIMS, ...LIES])
const placed = <T extends readonly Claim[]>(claims: T, from: number): [string, string[]][] =>
  claims.map(([name], place) => [name, complaints.get(fileOf(from + place)) ?? ['not compiled']])

describe('the types of the contract and of the SDK', () => {
  test.each(placed(CLAIMS, 0))('%s', (_, words) => {
    expect(words).toEqual([])
  })

  test.each(placed(LIES, CLAIMS.length))('the compiler rejects %s', (_, words) => {
    expect(words).toEqual([expect.stringMatching(/is not assignable to type|missing (?:in|the following)/)])
  })
})
