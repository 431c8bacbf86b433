/** How fast an upstream streams. */
export interface Pace {
  /** Time between two chunks, in milliseconds. */
  readonly gapMs: number
  readonly chunks: number
}

/** What a prompt says to get a stream of this pace from test/tools/load/pacedUpstream.ts. */
export const askPace = ({ gapMs, chunks }: Pace): string => `pace:${gapMs}x${chunks}`
export const PACE_MARK = /pace:(\d+)x(\d+)/
/** What a prompt says to get a tool call. */
export const CALL_MARK = 'call-a-tool'

/** The moment, by the clock that all processes of a machine share, in the text of a chunk. */
export const stampNow = (): string => `<${process.hrtime.bigint() / 1000n}>`

const STAMP = /<(\d+)>/

/** How long ago a chunk was written, in milliseconds; undefined for an event without a moment. */
export function msSinceStamp(event: string): number | undefined {
  const stamp = STAMP.exec(event)?.[1]
  return stamp === undefined ? undefined : (Number(process.hrtime.bigint() / 1000n) - Number(stamp)) / 1000
}
