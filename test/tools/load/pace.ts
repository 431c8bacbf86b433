/** The speed of a stream. */
export interface Pace {
  /** Time between two chunks, in milliseconds. */
  readonly gapMs: number
  readonly chunks: number
}

/** Makes a prompt for a stream of this pace from test/tools/load/pacedUpstream.ts. */
export const makePacePrompt = ({ gapMs, chunks }: Pace): string => `pace:${gapMs}x${chunks}`
/** Matches the marker that {@link makePacePrompt} makes. */
export const PACE_MARK = /pace:(\d+)x(\d+)/
/** Text in a prompt that requests a tool call. */
export const CALL_MARK = 'call-a-tool'

/** Formats the current time for the text of a chunk, by a clock that all processes share. */
export const stampNow = (): string => `<${process.hrtime.bigint() / 1000n}>`

const STAMP = /<(\d+)>/

/** Age of a chunk in milliseconds; undefined for an event without a time. */
export function msSinceStamp(event: string): number | undefined {
  const stamp = STAMP.exec(event)?.[1]
  return stamp === undefined ? undefined : (Number(process.hrtime.bigint() / 1000n) - Number(stamp)) / 1000
}
