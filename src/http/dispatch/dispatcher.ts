import type { Context as BackendContext, Handler } from 'openapi-backend'
import { ApiError, apiError } from '../../contract/errors.js'
import type {
  FileResult,
  JsonPiecesResult,
  OperationContext,
  Operations,
  RedirectResult,
  RelayedResult,
  SentBatch,
  StreamResult,
} from '../../contract/operation.js'
import type { OperationId } from '../../contract/types.js'
import { makeBackend } from './backend.js'
import { COMPILED_VALIDATORS, type Validators } from './compiledValidators.js'
import { bodySchemaOf, type ContractOperation, toContractOperations } from './contractOperation.js'
import { toValidationFailure } from './validation.js'

/** A request for an operation, not validated yet. */
export interface DispatchRequest {
  readonly operation: ContractOperation
  /** The decoded path parameters. */
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  /** The parsed body, or a `RawJson` for operations that relay the body to Gemini. */
  readonly body: unknown
  /** True if the auth hook has accepted the request. */
  readonly isAuthorized: boolean
  readonly context: OperationContext
}

/** The result of any operation. */
export type DispatchResult =
  | { readonly json: unknown }
  | JsonPiecesResult
  | { readonly text: string; readonly contentType: string }
  | FileResult
  | RedirectResult
  | RelayedResult
  | StreamResult<unknown, SentBatch>

/** Validates requests and calls the operations of the contract. */
export interface Dispatcher {
  readonly operations: readonly ContractOperation[]
  /**
   * Validates a request and calls its operation.
   *
   * @throws ApiError 400 if the request breaks the contract, 401 if it is not authorized, 500 for
   *   an unexpected error of the operation; ApiErrors of the operation are thrown unchanged
   */
  dispatch(request: DispatchRequest): Promise<DispatchResult>
}

/**
 * Makes a dispatcher for the operations of the OpenAPI contract, and changes `document` in place.
 *
 * @param isServed - returns false for operations that must answer 404; by default, all are served
 * @throws if an operation has no handler, or the contract cannot be used
 */
export async function makeDispatcher(
  document: object,
  operations: Operations,
  isServed: (operation: ContractOperation) => boolean = () => true,
): Promise<Dispatcher> {
  const api = makeBackend(document)
  await api.init()
  // In strict mode, `register` throws for a handler that has no operation in the contract.
  api.register(toHandlers(operations))
  const contract = toContractOperations(api)
  const missing = contract.find(({ operationId }) => api.handlers[operationId] === undefined)
  if (missing !== undefined) throw new Error(`The operation ${missing.operationId} has no handler.`)

  const validatorsOf = (id: OperationId): Validators => {
    // Compiled validators are set first: `getRequestValidatorsForOperation` compiles missing ones.
    const compiled = COMPILED_VALIDATORS[id]
    if (compiled !== undefined) api.validator.requestValidators[id] ??= compiled()
    return api.validator.getRequestValidatorsForOperation(id) ?? []
  }

  // Uses the validators of openapi-backend, but not its `validateRequest`: that would match and
  // parse the request once more, at several times the cost of the validation.
  const validate = ({ operation, path, body }: DispatchRequest, query: Record<string, string>): void => {
    if (body !== undefined && typeof body !== 'object') throw apiError('invalid_type', 'The request body must be a JSON object.')
    const parts = { path, query, header: {}, cookie: {}, ...(operation.method === 'post' ? { requestBody: body } : {}) }
    const errors = validatorsOf(operation.operationId).flatMap((check) => (check(parts) ? [] : (check.errors ?? [])))
    if (errors.length === 0) return
    // An unknown value of an enumerated path parameter is a 404, not a 400.
    if (errors.some(({ keyword, instancePath }) => keyword === 'enum' && instancePath.startsWith('/path/'))) throw apiError('unknown_url')
    throw toValidationFailure(errors, { body, query, schema: bodySchemaOf(operation) })
  }

  return {
    operations: contract.filter(isServed),
    dispatch: async (request) => {
      const { operation, query, isAuthorized } = request
      // A second line of defence: a route that the auth hook has missed must not be open.
      if (operation.credential !== 'none' && !isAuthorized) throw apiError('missing_api_key')
      const declared = Object.fromEntries(operation.queryNames.flatMap((name) => (name in query ? [[name, String(query[name])]] : [])))
      validate(request, declared)
      try {
        return await api.handlers[operation.operationId]?.({ api } as BackendContext, { ...request, query: declared })
      } catch (error) {
        // Other errors are wrapped: toApiFailure would blame a SyntaxError on the client's JSON.
        throw error instanceof ApiError ? error : apiError('internal_error', undefined, { cause: error })
      }
    },
  }
}

const toHandlers = (operations: Operations): Record<string, Handler> =>
  Object.fromEntries(
    Object.entries(operations).map(([id, operation]) => [
      id,
      // The cast is safe: the request has been validated against this operation.
      (_context: BackendContext, { body, path, query, context }: DispatchRequest) => operation({ body, path, query } as never, context),
    ]),
  )
