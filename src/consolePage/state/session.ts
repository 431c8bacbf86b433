import { signal } from '@preact/signals'
import type { ErrorResponse } from '../../contract/types.js'
import { serverUrl } from './route.js'

/** The ADMIN_TOKEN that the operator entered, else undefined. Never stored: a reload asks again. */
export const adminToken = signal<string | undefined>(undefined)

/** The token that the playground sends, one of those in AUTH_TOKEN; '' if none. Never stored. */
export const apiToken = signal('')

/** The failure that ended the session, shown at the login; undefined after a normal sign-out. */
export const signOutReason = signal<RequestFailure | undefined>(undefined)

/** A failed request. `status` is that of the error response, or 0 if no response arrived. */
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
 * Sends a request, without cookies and, unless `init` says otherwise, without the browser's cache.
 *
 * @throws RequestFailure for an error response or a network failure; after an abort, fetch's error
 */
export async function fetchOk(url: string, init: RequestInit): Promise<Response> {
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
    const { error } = JSON.parse(text) as ErrorResponse // all errors of the proxy have this format
    return new RequestFailure(error.message, response.status, error.code ?? undefined, requestId)
  } catch {
    // The body is not JSON, so a server between the browser and the proxy has sent it.
    return new RequestFailure(text.slice(0, 300), response.status, undefined, requestId)
  }
}

/**
 * Calls an operation of the console's API.
 *
 * @throws RequestFailure if the call fails; a 401 also signs the operator out
 */
export async function callConsole<T>(path: string, init: RequestInit = {}, token = adminToken.peek()): Promise<T> {
  try {
    const headers = { authorization: `Bearer ${token ?? ''}` }
    const response = await fetchOk(`${serverUrl()}/console/api/${path}`, { ...init, headers })
    return (await response.json()) as T // the cast is safe: the contract has this type
  } catch (failure) {
    if (failure instanceof RequestFailure && failure.status === 401) signOut(failure)
    throw failure
  }
}

/** Deletes the admin token and the API token. @param reason - shown at the login */
export function signOut(reason?: RequestFailure): void {
  adminToken.value = undefined
  apiToken.value = ''
  signOutReason.value = reason
}
