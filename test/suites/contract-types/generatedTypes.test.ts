import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import ts from 'typescript'
import { expect, test } from 'vitest'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const TYPES = `${HERE}served.d.ts`
const CLIENT = `${HERE}client.ts`

const REQUESTS = `import type { components } from './served.js'
type Schemas = components['schemas']
export const chat: Schemas['ChatCompletionRequest'] = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
export const response: Schemas['ResponseRequest'] = { model: 'm', input: 'Hi' }
export const embedding: Schemas['EmbeddingRequest'] = { model: 'm', input: 'Hi' }
`
const MISTAKES = `import type { components } from './served.js'
export const chat: components['schemas']['ChatCompletionRequest'] = { model: 'm' }
`

/** Returns the compile errors of a client that uses the types generated from the contract. */
function complaintsOf(types: string, client: string): string[] {
  const sources = new Map([
    [TYPES, types],
    [CLIENT, client],
  ])
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: false, types: [] },
    ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022 },
  }
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (name) => sources.has(name) || fileExists(name)
  host.readFile = (name) => sources.get(name) ?? readFile(name)
  host.getSourceFile = (name, version, ...rest) => {
    const source = sources.get(name)
    return source === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, source, version)
  }
  const program = ts.createProgram([CLIENT, TYPES], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

test('types that openapi-typescript generates by default compile for the simplest requests', async () => {
  const contract = readFileSync(new URL('../../../generated/openapi-3.1.json', import.meta.url), 'utf8')
  const types = astToString(await openapiTS(contract))
  expect(complaintsOf(types, REQUESTS)).toEqual([])
  expect(complaintsOf(types, MISTAKES)).toEqual([expect.stringMatching(/messages/)])
})
