import type { Context as BackendContext, Handler } from 'openapi-backend'
import { ApiError, apiError } from '../../contract/errors.js'
import type {
  FileResult,
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

/** One request for an operation. */
export interface Dispatched {
  readonly operation: ContractOperation
  /** The decoded path parameters. */
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  /** The parsed body; `RawJson` for operations that relay it. */
  readonly body: unknown
  /** True if the credential of the operation has been checked. */
  readonly isAuthorized: boolean
  readonly context: OperationContext
}

/** The result of any operation. */
export type DispatchResult =
  | { readonly json: unknown }
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
   * @throws ApiError 400 if the request breaks the contract, 401 if it is not authorized; an
   *   ApiError of the operation unchanged, any other error of it as a 500
   */
  dispatch(request: Dispatched): Promise<DispatchResult>
}

/**
 * Registers the handlers of all operations of the bundled contract, which is changed in place.
 *
 * @param isServed - false for operations whose URLs do not exist; by default all are served
 * @throws if an operation has no handler, or the contract cannot be used
 */
export async function makeDispatcher(
  document: object,
  operations: Operations,
  isServed: (operation: ContractOperation) => boolean = () => true,
): Promise<Dispatcher> {
  const api = makeBackend(document)
  await api.init()
  // Fails for a handler without an operation in the contract, because the backend is strict.
  api.register(toHandlers(operations))
  const contract = toContractOperations(api)
  const missing = contract.find(({ operationId }) => api.handlers[operationId] === undefined)
  if (missing !== undefined) throw new Error(`The operation ${missing.operationId} has no handler.`)

  const validatorsOf = (id: OperationId): Validators => {
    // Set before `getRequestValidatorsForOperation`, which would otherwise compile them.
    const compiled = COMPILED_VALIDATORS[id]
    if (compiled !== undefined) api.validator.requestValidators[id] ??= compiled()
    return api.validator.getRequestValidatorsForOperation(id) ?? []
  }

  // Uses the validators of openapi-backend, but not its `validateRequest`: that would match and
  // parse the request once more, at several times the cost of the validation.
  const validate = ({ operation, path, body }: Dispatched, query: Record<string, string>): void => {
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
      // The auth hook has decided already. A route that it missed must stay closed.
      if (operation.credential !== 'none' && !isAuthorized) throw apiError('missing_api_key')
      const declared = Object.fromEntries(operation.queryNames.flatMap((name) => (name in query ? [[name, String(query[name])]] : [])))
      validate(request, declared)
      try {
        return await api.handlers[operation.operationId]?.({ api } as BackendContext, { ...request, query: declared })
      } catch (error) {
        // Wrapped: toApiFailure would take a SyntaxError of our own code for a bad request body.
        throw error instanceof ApiError ? error : apiError('internal_error', undefined, { cause: error })
      }
    },
  }
}

const toHandlers = (operations: Operations): Record<string, Handler> =>
  Object.fromEntries(
    Object.entries(operations).map(([id, operation]) => [
      id,
      // The validator has checked the request against exactly this operation.
      (_context: BackendContext, { body, path, query, context }: Dispatched) => operation({ body, path, query } as never, context),
    ]),
  )
