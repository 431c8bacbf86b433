import type { ServerResponse } from 'node:http'
import { pause, turnOfLoop, waitUntilRead } from './arrival.js'
import type { Gate } from './gate.js'
import type { Behaviour, Fault } from './types.js'

const GARBAGE = Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x7b, 0x22, 0x63, 0x68, 0x0a, 0x0a])
const END = { lf: '\n', crlf: '\r\n', cr: '\r' } as const

/**
 * Writes a body as a behaviour describes. Every method returns whether the client is still
 * connected.
 */
export interface Writer {
  /**
   * Writes the text of one event (or a whole body). Its `\n` are replaced by the line ends that the
   * behaviour sets.
   */
  write(text: string): Promise<boolean>
  writeBytes(bytes: Buffer): Promise<boolean>
  sleep(ms: number | undefined): Promise<boolean>
  /** Waits for the test if the behaviour holds the response at this moment or number of chunks. */
  hold(moment: 'before-headers' | 'after-headers' | number): Promise<boolean>
  /** Causes the behaviour's fault if it is due at this moment. */
  strike(moment: 'before-headers' | 'after-headers'): Promise<boolean>
  /** Breaks the connection, whatever fault the behaviour sets. */
  cut(): Promise<boolean>
  end(): void
}

/** The response, behaviour and gate that a {@link Writer} uses. */
export interface WriterParts {
  readonly response: ServerResponse
  readonly behaviour: Behaviour
  readonly gate: Gate
  readonly onFault: () => void
}

/** Makes a writer that waits while the client does not read, so that memory stays bounded. */
export const makeWriter = ({ response, behaviour, gate, onFault }: WriterParts): Writer => {
  const { fault, bytesPerWrite } = behaviour
  const eol = END[behaviour.eol ?? 'lf']
  const isFine = (): boolean => !response.destroyed && !response.writableEnded
  let events = 0
  let bytes = 0

  const put = async (piece: Buffer | string): Promise<boolean> => {
    if (!isFine()) return false
    if (!response.write(piece)) await drained(response)
    return isFine()
  }
  const putPieces = async (all: Buffer): Promise<boolean> => {
    if (bytesPerWrite === undefined) return put(all)
    for (let at = 0; at < all.length; at += bytesPerWrite) {
      if (!(await put(all.subarray(at, at + bytesPerWrite)))) return false
      await turnOfLoop() // so that every piece is sent as a separate packet
    }
    return isFine()
  }
  const writeBytes = async (all: Buffer): Promise<boolean> => {
    const limit = bytesOf(fault)
    const isDue = fault !== undefined && limit !== undefined && bytes < limit && bytes + all.length >= limit
    const head = isDue ? all.subarray(0, limit - bytes) : all
    bytes += all.length
    if (!(await putPieces(head))) return false
    if (!isDue) return true
    return (await inflict(fault, response, onFault)) && putPieces(all.subarray(head.length))
  }
  return {
    writeBytes,
    write: async (text) => {
      const isDue = fault !== undefined && chunksOf(fault) === events
      events += 1
      if (isDue && !(await inflict(fault, response, onFault))) return false
      const lines = eol === '\n' ? text : text.replaceAll('\n', eol)
      return fault === undefined && bytesPerWrite === undefined ? put(lines) : writeBytes(Buffer.from(lines))
    },
    sleep: async (ms) => {
      if (ms !== undefined && ms > 0) await pause(ms, response)
      return isFine()
    },
    hold: async (moment) => {
      if (isHeldAt(behaviour.hold, moment)) await gate.pass(response)
      return isFine()
    },
    strike: async (moment) =>
      fault !== undefined && (fault.when ?? 'after-headers') === moment ? inflict(fault, response, onFault) : isFine(),
    cut: () => inflict({ kind: 'cut' }, response, onFault),
    end: () => {
      if (isFine()) response.end()
    },
  }
}

const isHeldAt = (hold: Behaviour['hold'], moment: string | number): boolean => {
  if (typeof hold === 'object') return hold.afterChunks === moment
  return hold === 'each-chunk' ? typeof moment === 'number' && moment > 0 : hold === moment
}

const bytesOf = (fault: Fault | undefined): number | undefined =>
  typeof fault?.when === 'object' && 'afterBytes' in fault.when ? fault.when.afterBytes : undefined

const chunksOf = (fault: Fault): number | undefined =>
  typeof fault.when === 'object' && 'afterChunks' in fault.when ? fault.when.afterChunks : undefined

/** Causes the fault. Returns whether writing may continue. */
export const inflict = async (fault: Fault, response: ServerResponse, onFault: () => void): Promise<boolean> => {
  const { socket } = response
  if (fault.kind === 'stall') {
    await closed(response)
    return false
  }
  if (fault.kind === 'garbage') {
    if (response.headersSent) return response.write(GARBAGE) || !response.destroyed
    socket?.write(GARBAGE)
  }
  onFault()
  if (fault.kind === 'eof' && response.headersSent) {
    response.end()
    return false
  }
  // Earlier writes must arrive first: a reset discards data that has not been sent yet.
  if (response.headersSent) await waitUntilRead(response)
  if (fault.kind === 'reset' || fault.kind === 'refuse') socket?.resetAndDestroy()
  else socket?.destroySoon()
  return false
}

const closed = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (response.destroyed) resolve()
    else response.once('close', resolve)
  })

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.once('drain', done)
    response.once('close', done)
  })
}
