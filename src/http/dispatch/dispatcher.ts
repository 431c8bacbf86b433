import type { Context as BackendContext, Request as BackendRequest, OpenAPIBackend } from 'openapi-backend'
import { ApiError, apiError } from '../../contract/errors.js'
import type { FileResult, OperationContext, Operations, StreamResult, WrittenResult } from '../../contract/operation.js'
import type { OperationId } from '../../contract/types.js'
import { makeBackend } from './backend.js'
import { COMPILED } from './compiledValidators.js'
import { isTooDeep } from './depth.js'
import { toValidationFailure } from './validation.js'

/** An operation of the contract, as the routes need it. */
export interface ContractOperation {
  readonly operationId: OperationId
  readonly method: string
  /** Path template, such as `/v1/models/{model}`. */
  readonly path: string
  /** True where the contract asks for no credential. */
  readonly isOpen: boolean
  readonly queryNames: readonly string[]
}

/** One request on its way to its operation. */
export interface Dispatched {
  readonly operation: ContractOperation
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
  readonly isAuthorized: boolean
  readonly context: OperationContext
}

/** What an operation may give back, whichever it was. */
export type DispatchResult =
  | { readonly json: unknown }
  | { readonly text: string; readonly contentType: string }
  | FileResult
  | StreamResult<unknown>
  | WrittenResult

/** The contract at work: validates requests and finds their operations. */
export interface Dispatcher {
  readonly operations: readonly ContractOperation[]
  /** @throws 400 where the request breaks the contract, 401 where the gate was passed by, what the operation refuses, and 500 for whatever else it throws */
  dispatch(request: Dispatched): Promise<DispatchResult>
}

/** A request for openapi-backend that need not be taken apart again. */
interface Prepared extends BackendRequest {
  readonly params: Readonly<Record<string, string>>
  query: Record<string, string>
}

const JSON_BODY = { 'content-type': 'application/json' }

/**
 * Registers the operations for a contract.
 *
 * @param document - the bundled contract; it is changed
 * @throws where an operation of the contract has no handler, or the contract cannot be used
 */
export async function makeDispatcher(document: object, operations: Operations): Promise<Dispatcher> {
  const api = makeBackend(document, {
    securityHandlers: { bearerAuth: (_context: BackendContext, { isAuthorized }: Dispatched) => isAuthorized },
  })
  await api.init()
  const { validator } = api
  const compile = validator.getRequestValidatorsForOperation.bind(validator)
  validator.getRequestValidatorsForOperation = (id) => {
    validator.requestValidators[id] ??= COMPILED[id]?.() ?? compile(id)
    return validator.requestValidators[id] ?? []
  }
  const found = api.getOperations()
  // openapi-backend rebuilds this list for each handler, and twice for each request, 20 µs of its 32; it takes a request apart three times,
  // 8 µs. Ours come taken apart.
  api.router.getOperations = () => found
  api.register({
    ...toHandlers(operations),
    unauthorizedHandler: () => {
      throw apiError('missing_api_key')
    },
    validationFail: (context: BackendContext, { body }: Dispatched) => {
      const errors = context.validation.errors ?? []
      // A path that names none of the things that there are is no URL of ours.
      if (errors.some(({ keyword, instancePath }) => keyword === 'enum' && instancePath.startsWith('/path/'))) throw apiError('unknown_url')
      throw toValidationFailure(errors, { body, schema: bodySchema(context) })
    },
    notImplemented: (context: BackendContext) => {
      throw new Error(`no handler for ${context.operation.operationId}`)
    },
  })
  api.router.parseRequest = (request) => ({
    ...(request as Prepared),
    params: { ...(request as Prepared).params },
    cookies: {},
    requestBody: request.body,
  })
  const contract = found.map(toContractOperation)
  const missing = contract.find(({ operationId }) => api.handlers[operationId] === undefined)
  if (missing !== undefined) throw new Error(`The operation ${missing.operationId} has no handler.`)

  return {
    operations: contract,
    dispatch: async (request) => {
      const { operation, path, query, body } = request
      // openapi-backend would parse a JSON string once more, and validate what the operation never sees.
      if (body !== undefined && typeof body !== 'object') throw apiError('invalid_type', 'The request body must be a JSON object.')
      if (isTooDeep(body)) throw apiError('invalid_value', 'The request is nested too deeply. Use fewer levels of nesting.')
      const filled = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
      const declared = Object.fromEntries(operation.queryNames.flatMap((name) => (name in query ? [[name, String(query[name])]] : [])))
      const prepared: Prepared = {
        method: operation.method,
        path: filled,
        params: path,
        query: declared,
        headers: operation.method === 'get' ? {} : JSON_BODY,
        body,
      }
      return (await api.handleRequest(prepared, { ...request, query: declared })) as DispatchResult
    },
  }
}

const toHandlers = (operations: Operations): Record<string, (context: BackendContext, request: Dispatched) => Promise<unknown>> =>
  Object.fromEntries(
    Object.entries(operations).map(([id, operation]) => [
      id,
      async (_context: BackendContext, { body, path, query, context }: Dispatched) => {
        try {
          // What reaches this line has passed the validator for exactly this operation.
          return await operation({ body, path, query } as never, context)
        } catch (error) {
          // A bug of ours, which could otherwise pass for a refusal of the body by what it says of itself.
          throw error instanceof ApiError ? error : apiError('internal_error', undefined, { cause: error })
        }
      },
    ]),
  )

const toContractOperation = (operation: ReturnType<OpenAPIBackend['getOperations']>[number]): ContractOperation => ({
  // The compiler holds the handlers to the ids of the contract; see Operations.
  operationId: operation.operationId as OperationId,
  method: operation.method,
  path: operation.path,
  isOpen: operation.security?.length === 0,
  queryNames: (operation.parameters ?? []).flatMap((parameter) => ('in' in parameter && parameter.in === 'query' ? [parameter.name] : [])),
})

function bodySchema(context: BackendContext): unknown {
  const { requestBody } = context.operation
  return requestBody !== undefined && 'content' in requestBody ? requestBody.content['application/json']?.schema : undefined
}
