/** Time between two chunks of a paced stream, in milliseconds. */
export const GAP_MS = 20
/** Number of chunks of a paced stream. */
export const STREAM_CHUNKS = 100
/** Number of chunks of a stream from which the client disconnects early. */
export const LONG_STREAM_CHUNKS = 1000
/** Number of writes of a burst stream, and of chunks per write. */
export const BURST = { writes: 50, chunks: 10 } as const

/**
 * Markers in a prompt that make the upstream report when its client disconnects: while it streams,
 * or while it is silent.
 */
export const HOLD = { streaming: 'hold-streaming', silent: 'hold-silent' } as const
/**
 * Markers in a prompt that request a burst stream, or a stream whose chunks contain the time at
 * which they were written.
 */
export const STREAM = { burst: 'burst-stream', stamped: 'stamped-stream' } as const
