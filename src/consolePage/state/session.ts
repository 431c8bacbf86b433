import { signal } from '@preact/signals'
import type { ErrorResponse } from '../../contract/types.js'
import { serverUrl } from './route.js'

/** ADMIN_TOKEN; undefined until it has been entered. In memory only: a reload asks again. */
export const adminToken = signal<string | undefined>(undefined)

/** The token of the playground, one of AUTH_TOKEN. In memory only. */
export const apiToken = signal('')

/** Why the console asks for the token again. */
export const signOutReason = signal<RequestFailure | undefined>(undefined)

/** A failed request: an error response, or status 0 where the server was not reached. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure'

  constructor(
    message: string,
    readonly status: number,
    readonly code?: string | undefined,
    readonly requestId?: string | undefined,
  ) {
    super(message)
  }
}

/**
 * Sends a request.
 *
 * @throws RequestFailure for an error response, or if the server cannot be reached
 */
export async function request(url: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, { cache: 'no-store', credentials: 'omit', ...init })
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new RequestFailure(String(error), 0)
  }
  if (!response.ok) throw await readFailure(response)
  return response
}

async function readFailure(response: Response): Promise<RequestFailure> {
  const requestId = response.headers.get('x-request-id') ?? undefined
  const text = await response.text()
  try {
    const { error } = JSON.parse(text) as ErrorResponse // the proxy's errors have this form
    return new RequestFailure(error.message, response.status, error.code ?? undefined, requestId)
  } catch {
    // Something between the browser and the proxy answered.
    return new RequestFailure(text.slice(0, 300), response.status, undefined, requestId)
  }
}

/**
 * Calls an operation of the console's API with a token.
 *
 * @throws RequestFailure where it fails; after a 401 the console asks for the token again
 */
export async function callConsole<T>(path: string, init: RequestInit = {}, token = adminToken.peek()): Promise<T> {
  try {
    const headers = { authorization: `Bearer ${token ?? ''}` }
    const response = await request(`${serverUrl()}/console/api/${path}`, { ...init, headers })
    return (await response.json()) as T // typed by the contract
  } catch (failure) {
    if (failure instanceof RequestFailure && failure.status === 401) signOut(failure)
    throw failure
  }
}

/** Forgets both tokens. @param reason - shown at the login */
export function signOut(reason?: RequestFailure): void {
  adminToken.value = undefined
  apiToken.value = ''
  signOutReason.value = reason
}
