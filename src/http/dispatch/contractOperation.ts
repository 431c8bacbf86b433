import type { OpenAPIBackend, Operation } from 'openapi-backend'
import { type ApiError, apiError } from '../../contract/errors.js'
import type { OperationId } from '../../contract/types.js'
import { FORM_TYPE } from './backend.js'

/** The security schemes of the contract, each with a token of its own. */
const SECURITY_SCHEMES = ['bearerAuth', 'metricsToken', 'adminToken'] as const
/** The other schemes by which a caller can present the token of `bearerAuth`. */
const ALTERNATIVES: readonly string[] = ['apiKeyAuth', 'googApiKeyAuth', 'googKeyAuth']

/** The security scheme whose token a caller must present for an operation. */
export type Credential = (typeof SECURITY_SCHEMES)[number] | 'none'

/** An operation of the contract, as routes and hooks need it. */
export interface ContractOperation {
  readonly operationId: OperationId
  /** The HTTP method in lower case. */
  readonly method: string
  /** Template of the path, such as `/v1/models/{model}`. */
  readonly path: string
  readonly credential: Credential
  /** Names of the declared query parameters. */
  readonly queryNames: readonly string[]
  /** The operation in the form of openapi-backend. */
  readonly definition: Operation
}

/** Reads the operations of a contract. @throws for a security requirement that is not supported */
export const toContractOperations = (api: OpenAPIBackend): ContractOperation[] =>
  api.getOperations().map((definition) => ({
    // The compiler checks the handlers against the ids of the contract; see Operations.
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
  const own = schemes.filter((scheme) => !ALTERNATIVES.includes(scheme))
  const found = SECURITY_SCHEMES.find((scheme) => scheme === own[0])
  if (found === undefined || own.length > 1 || (found !== 'bearerAuth' && own.length < schemes.length)) {
    const expected = SECURITY_SCHEMES.join(', ')
    throw new Error(
      `Unsupported security of operation ${operationId}: ${schemes.join(', ')}. Expected exactly one of ${expected}, or bearerAuth with any of ${ALTERNATIVES.join(', ')}.`,
    )
  }
  return found
}

/** The schemas of the request body by media type; none for an operation without a body. */
const contentOf = ({ definition: { requestBody } }: ContractOperation): Readonly<Record<string, { readonly schema?: unknown }>> =>
  requestBody !== undefined && 'content' in requestBody ? requestBody.content : {}

/** True if the request body may have this media type; always, if the operation has no body. */
export const takesType = (operation: ContractOperation, type: string): boolean =>
  type in contentOf(operation) || operation.definition.requestBody === undefined

/** The 415 for a request body with a type that the operation does not accept. */
export function unsupportedType(operation: ContractOperation | undefined): ApiError {
  const types = operation === undefined ? [] : Object.keys(contentOf(operation))
  // The default message asks for JSON.
  if (types.length === 0 || types[0] === 'application/json') return apiError('unsupported_media_type')
  return apiError(
    'unsupported_media_type',
    `The request body must have the \`Content-Type\` ${types.join(' or ')}. HTTP clients set this header, with its boundary, when they send a form.`,
  )
}

/** The schema of a request body; one schema, if the operation takes both JSON and a form. */
export function bodySchemaOf(operation: ContractOperation): unknown {
  const content = contentOf(operation)
  return (content['application/json'] ?? content[FORM_TYPE])?.schema
}
