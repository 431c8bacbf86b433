/** Time between two chunks of a paced stream, in milliseconds. */
export const GAP_MS = 20
/** Chunks of one paced stream. */
export const STREAM_CHUNKS = 100
/** Chunks of a stream that is meant to be left by its client. */
export const LONG_STREAM_CHUNKS = 1000
/** Words in a prompt that make the upstream tell when its client has gone: while it streams, or while it stays silent. */
export const HOLD = { streaming: 'hold-streaming', silent: 'hold-silent' } as const

/** What a proxy is expected to keep to, beside the bare pipe. Not a test: a crowded machine may exceed it. */
export const EXPECTED = { requestRatio: 3.5, chunkRatio: 1.4, resumableChunkRatio: 1.8, residentMegabytes: 150, disconnectMs: 5 } as const
