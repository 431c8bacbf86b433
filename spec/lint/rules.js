// Custom lint rules. spec/redocly.yaml enables them and gives the reason for each.
import { basename } from 'node:path'

const noDefaultResponse = () => ({
  Responses(responses, { report, location }) {
    if (responses.default) report({ message: 'List each status code instead of `default`.', location: location.child('default') })
  },
})

const explicitSecurity = () => ({
  Operation(operation, { report }) {
    if (!Array.isArray(operation.security)) report({ message: 'Declare `security` in the operation, `[]` if it needs no token.' })
  },
})

const operationIdIsFileStem = () => ({
  Operation(operation, { report, location }) {
    const stem = basename(location.source.absoluteRef).replace(/\.\w+$/, '')
    if (operation.operationId !== stem) report({ message: `The operationId ${operation.operationId} must equal the file name ${stem}.` })
  },
})

const responseHasExample = () => ({
  Response: {
    MediaType(media, { report }) {
      const named = Object.keys(media.examples ?? {}).length > 0
      if (media.example === undefined && !named) report({ message: 'Add an example to this media type.' })
    },
  },
})

const objectsOpen = () => ({
  Schema(schema, { report }) {
    const closed = schema.additionalProperties === false || schema.unevaluatedProperties === false
    if (closed || (schema.properties && schema.additionalProperties !== true))
      report({ message: 'Objects must be open: set `additionalProperties: true`.' })
  },
})

// Ajv selects a branch of `oneOf` by its tag alone, so each branch must define the tag completely.
const discriminatorComplete = () => ({
  Schema(schema, { report, resolve }) {
    const { discriminator, oneOf } = schema
    if (!discriminator) return
    const tag = discriminator.propertyName
    if (schema.type !== 'object' || !Array.isArray(oneOf))
      return report({ message: 'A discriminator needs `type: object` and `oneOf` beside it.' })
    const branches = oneOf.map((branch) => resolve(branch).node)
    const tags = branches.map((branch) => branch?.properties?.[tag]?.const)
    if (tags.includes(undefined) || !branches.every((branch) => branch.required?.includes(tag)))
      report({ message: `Each branch must define \`${tag}\` as a required const.` })
    const mapped = Object.keys(discriminator.mapping ?? {})
    if (mapped.sort().join() !== tags.sort().join() || new Set(tags).size !== tags.length)
      report({ message: `The mapping must list the \`${tag}\` of each branch once.` })
  },
})

const noJsonSchemaDialect = () => ({
  Root(root, { report }) {
    if (root.jsonSchemaDialect) report({ message: 'Remove `jsonSchemaDialect`.' })
  },
})

export default () => ({
  id: 'contract',
  rules: {
    oas3: {
      'no-default-response': noDefaultResponse,
      'explicit-security': explicitSecurity,
      'operation-id-is-file-stem': operationIdIsFileStem,
      'response-has-example': responseHasExample,
      'objects-open': objectsOpen,
      'discriminator-complete': discriminatorComplete,
      'no-json-schema-dialect': noJsonSchemaDialect,
    },
  },
})
