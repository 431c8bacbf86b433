import { list, looseOneOf, map, message, type NativeField, type NativeFields, oneOf } from './kinds.js'

/** The fields of a schema in Gemini's format, which is a subset of OpenAPI's. */
export const SCHEMA = (): NativeField => SCHEMA_MESSAGE
const SCHEMA_MESSAGE = message({
  type: looseOneOf('Type', 'TYPE_UNSPECIFIED STRING NUMBER INTEGER BOOLEAN ARRAY OBJECT NULL'),
  format: 'STRING',
  title: 'STRING',
  description: 'STRING',
  nullable: 'BOOL',
  enum: list('STRING'),
  items: SCHEMA,
  minItems: 'INT64',
  maxItems: 'INT64',
  properties: map(SCHEMA),
  required: list('STRING'),
  minProperties: 'INT64',
  maxProperties: 'INT64',
  minimum: 'FLOAT',
  maximum: 'FLOAT',
  minLength: 'INT64',
  maxLength: 'INT64',
  pattern: 'STRING',
  example: 'ANY',
  default: 'ANY',
  anyOf: list(SCHEMA),
  propertyOrdering: list('STRING'),
})

const FUNCTION_DECLARATION = message({
  name: 'STRING',
  description: 'STRING',
  parameters: SCHEMA,
  parametersJsonSchema: 'ANY',
  response: SCHEMA,
  responseJsonSchema: 'ANY',
  behavior: oneOf('FunctionDeclaration.Behavior', 'UNSPECIFIED BLOCKING NON_BLOCKING'),
})

/** The fields that Google accepts in one entry of `tools`. */
export const TOOL_FIELDS: NativeFields = {
  functionDeclarations: list(FUNCTION_DECLARATION),
  googleSearch: message({
    searchTypes: message({ webSearch: message({}), imageSearch: message({}) }),
    timeRangeFilter: message({ startTime: 'STRING', endTime: 'STRING' }),
  }),
  googleSearchRetrieval: message({ dynamicRetrievalConfig: message({ mode: 'STRING', dynamicThreshold: 'FLOAT' }) }),
  urlContext: message({}),
  codeExecution: message({}),
  googleMaps: message({ enableWidget: 'BOOL' }),
  fileSearch: message({ fileSearchStoreNames: list('STRING'), topK: 'INT32', metadataFilter: 'STRING' }),
  computerUse: message({
    environment: oneOf('ComputerUse.Environment', 'ENVIRONMENT_UNSPECIFIED ENVIRONMENT_BROWSER'),
    excludedPredefinedFunctions: list('STRING'),
  }),
  mcpServers: list(
    message({
      name: 'STRING',
      streamableHttpTransport: message({
        url: 'STRING',
        headers: map('STRING'),
        timeout: 'STRING',
        sseReadTimeout: 'STRING',
        terminateOnClose: 'BOOL',
      }),
    }),
  ),
}

/** The names of the tools that Google runs itself, as fields of an entry of `tools`. */
export const BUILT_IN_TOOLS = Object.keys(TOOL_FIELDS).filter((name) => name !== 'functionDeclarations')

export const TOOL_CONFIG_FIELDS: NativeFields = {
  functionCallingConfig: message({
    mode: oneOf('FunctionCallingConfig.Mode', 'MODE_UNSPECIFIED AUTO ANY NONE VALIDATED'),
    allowedFunctionNames: list('STRING'),
  }),
  retrievalConfig: message({ latLng: message({ latitude: 'FLOAT', longitude: 'FLOAT' }), languageCode: 'STRING' }),
  includeServerSideToolInvocations: 'BOOL',
}
