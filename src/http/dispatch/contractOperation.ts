import type { OpenAPIBackend, Operation } from 'openapi-backend'
import { type ApiError, apiError } from '../../contract/errors.js'
import type { OperationId } from '../../contract/types.js'
import { FORM_TYPE } from './backend.js'

/** The security schemes of the contract, each with its own tokens. */
const SECURITY_SCHEMES = ['bearerAuth', 'metricsToken', 'adminToken'] as const
/** Security schemes by which clients send a `bearerAuth` token in another header or the query. */
const ALTERNATIVE_SCHEMES: readonly string[] = ['apiKeyAuth', 'googApiKeyAuth', 'googKeyAuth']

/** The security scheme whose token an operation requires; `none` for an open operation. */
export type Credential = (typeof SECURITY_SCHEMES)[number] | 'none'

/** An operation of the OpenAPI contract, with the data that routes and hooks use. */
export interface ContractOperation {
  readonly operationId: OperationId
  /** The HTTP method in lower case. */
  readonly method: string
  /** Template of the path, such as `/v1/models/{model}`. */
  readonly path: string
  readonly credential: Credential
  /** Names of the declared query parameters. */
  readonly queryNames: readonly string[]
  /** The OpenAPI operation object, as openapi-backend returns it. */
  readonly definition: Operation
}

/** Reads the operations of a contract. @throws for a security requirement that is not supported */
export const toContractOperations = (api: OpenAPIBackend): ContractOperation[] =>
  api.getOperations().map((definition) => ({
    // The cast is safe: the type Operations has a handler for each id of the contract.
    operationId: definition.operationId as OperationId,
    method: definition.method,
    path: definition.path,
    credential: credentialOf(definition),
    queryNames: (definition.parameters ?? []).flatMap((each) => ('in' in each && each.in === 'query' ? [each.name] : [])),
    definition,
  }))

function credentialOf({ operationId, security = [] }: Operation): Credential {
  if (security.length === 0) return 'none'
  const schemes = security.map((requirement) => Object.keys(requirement).join(' and '))
  const own = schemes.filter((scheme) => !ALTERNATIVE_SCHEMES.includes(scheme))
  const found = SECURITY_SCHEMES.find((scheme) => scheme === own[0])
  if (found === undefined || own.length > 1 || (found !== 'bearerAuth' && own.length < schemes.length)) {
    const expected = SECURITY_SCHEMES.join(', ')
    throw new Error(
      `Unsupported security of operation ${operationId}: ${schemes.join(', ')}. Expected exactly one of ${expected}, or bearerAuth with any of ${ALTERNATIVE_SCHEMES.join(', ')}.`,
    )
  }
  return found
}

/** The schemas of the request body by media type; empty for an operation without a body. */
const contentOf = ({ definition: { requestBody } }: ContractOperation): Readonly<Record<string, { readonly schema?: unknown }>> =>
  requestBody !== undefined && 'content' in requestBody ? requestBody.content : {}

/** True if the operation accepts a request body of this media type, or has no request body. */
export const acceptsMediaType = (operation: ContractOperation, type: string): boolean =>
  type in contentOf(operation) || operation.definition.requestBody === undefined

/** Makes the 415 error for a media type that the operation does not accept. */
export function unsupportedType(operation: ContractOperation | undefined): ApiError {
  const types = operation === undefined ? [] : Object.keys(contentOf(operation))
  // The default message of this error fits: it asks for JSON.
  if (types.length === 0 || types[0] === 'application/json') return apiError('unsupported_media_type')
  return apiError(
    'unsupported_media_type',
    `The request body must have the \`Content-Type\` ${types.join(' or ')}. HTTP clients set this header, with its boundary, when they send a form.`,
  )
}

/** The schema of a request body. If the operation takes JSON and a form, it covers both. */
export function bodySchemaOf(operation: ContractOperation): unknown {
  const content = contentOf(operation)
  return (content['application/json'] ?? content[FORM_TYPE])?.schema
}
