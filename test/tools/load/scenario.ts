/** Time between two chunks of a paced stream, in milliseconds. */
export const GAP_MS = 20
/** Chunks of one paced stream. */
export const STREAM_CHUNKS = 100
/** Chunks of a stream whose client disconnects before its end. */
export const LONG_STREAM_CHUNKS = 1000
/** Writes of a stream of bursts, and how many chunks arrive in each. */
export const BURST = { writes: 50, chunks: 10 } as const

/**
 * Markers in a prompt that make the upstream report when its client disconnects: while it streams,
 * or while it is silent.
 */
export const HOLD = { streaming: 'hold-streaming', silent: 'hold-silent' } as const
/** Markers in a prompt for a stream of bursts, and for one whose chunks contain their time. */
export const STREAM = { burst: 'burst-stream', stamped: 'stamped-stream' } as const
