// Reads whole responses of a deployment, with the arrival times of their pieces. Part of smoke.ts.
import { sendToTarget, type TargetAddress, type TargetRequest, type TargetResponse } from '../../src/doctor/targetClient.js'

const TIMEOUT_MS = 90_000

/** A complete HTTP response. */
export interface HttpResponse extends Pick<TargetResponse, 'status' | 'header'> {
  readonly body: string
  /** Milliseconds from the request to the arrival of each piece of the body. */
  readonly arrivalsMs: readonly number[]
}

/** Options of an HTTP request. */
export interface RequestOptions extends Omit<TargetRequest, 'path' | 'signal'> {
  readonly timeoutMs?: number
}

/** Sends a request on a new connection. @throws if no complete response arrives in time */
export async function send(address: TargetAddress, path: string, options: RequestOptions = {}): Promise<HttpResponse> {
  const { timeoutMs = TIMEOUT_MS, ...request } = options
  const startedAt = performance.now()
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await sendToTarget(address, { ...request, path, signal })
    const pieces: Uint8Array[] = []
    const arrivalsMs: number[] = []
    for await (const piece of response.body) {
      pieces.push(piece)
      arrivalsMs.push(performance.now() - startedAt)
    }
    return { status: response.status, header: response.header, body: Buffer.concat(pieces).toString(), arrivalsMs }
  } catch (error) {
    throw signal.aborted ? Object.assign(new Error(`no response within ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' }) : error
  }
}
