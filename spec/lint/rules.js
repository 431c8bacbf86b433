// The project's own rules for `npx redocly lint --config spec/redocly.yaml`; it says why each is there.
import { basename } from 'node:path'

const noDefaultResponse = () => ({
  Responses(responses, { report, location }) {
    if (responses.default) report({ message: 'List each status by number instead of `default`.', location: location.child('default') })
  },
})

const explicitSecurity = () => ({
  Operation(operation, { report }) {
    if (!Array.isArray(operation.security)) report({ message: 'Say `security` in the operation itself, [] where it is open.' })
  },
})

const operationIdIsFileStem = () => ({
  Operation(operation, { report, location }) {
    const stem = basename(location.source.absoluteRef).replace(/\.\w+$/, '')
    if (operation.operationId !== stem) report({ message: `The operation ${operation.operationId} stands in the file ${stem}.` })
  },
})

const responseHasExample = () => ({
  Response: {
    MediaType(media, { report }) {
      const named = Object.keys(media.examples ?? {}).length > 0
      if (media.example === undefined && !named) report({ message: 'Give this media type an example.' })
    },
  },
})

const objectsOpen = () => ({
  Schema(schema, { report }) {
    const closed = schema.additionalProperties === false || schema.unevaluatedProperties === false
    if (closed || (schema.properties && schema.additionalProperties !== true))
      report({ message: 'Objects stay open: say `additionalProperties: true`.' })
  },
})

// Ajv replaces `oneOf` by the tag, so everything about the tag must be stated where it looks.
const discriminatorComplete = () => ({
  Schema(schema, { report, resolve }) {
    const { discriminator, oneOf } = schema
    if (!discriminator) return
    const tag = discriminator.propertyName
    if (schema.type !== 'object' || !Array.isArray(oneOf))
      return report({ message: 'A discriminator stands beside `type: object` and `oneOf`.' })
    const branches = oneOf.map((branch) => resolve(branch).node)
    const tags = branches.map((branch) => branch?.properties?.[tag]?.const)
    if (tags.includes(undefined) || !branches.every((branch) => branch.required?.includes(tag)))
      report({ message: `Each branch needs \`${tag}\` as a required const.` })
    const mapped = Object.keys(discriminator.mapping ?? {})
    if (mapped.sort().join() !== tags.sort().join() || new Set(tags).size !== tags.length)
      report({ message: `The mapping must name each ${tag} of the branches once.` })
  },
})

const noJsonSchemaDialect = () => ({
  Root(root, { report }) {
    if (root.jsonSchemaDialect) report({ message: 'Leave jsonSchemaDialect out.' })
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
