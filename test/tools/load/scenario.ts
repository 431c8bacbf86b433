/** Time between two chunks of a paced stream, in milliseconds. */
export const GAP_MS = 20
/** Chunks of one paced stream. */
export const STREAM_CHUNKS = 100
/** Chunks of a stream whose client disconnects before its end. */
export const LONG_STREAM_CHUNKS = 1000
/**
 * Markers in a prompt that make the upstream report when its client disconnects: while it streams,
 * or while it is silent.
 */
export const HOLD = { streaming: 'hold-streaming', silent: 'hold-silent' } as const

/**
 * The limits of the proxy relative to the bare pipe. They are not tested: a busy machine may exceed
 * them.
 */
export const EXPECTED = { requestRatio: 3.5, chunkRatio: 1.4, resumableChunkRatio: 1.8, residentMegabytes: 150, disconnectMs: 5 } as const
