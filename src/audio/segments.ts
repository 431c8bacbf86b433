import type { ExtraContent } from '../contract/types.js'

/** One speaker's uninterrupted speech in a transcription by Gemini. */
export type SpokenTurn = NonNullable<NonNullable<ExtraContent['google']>['audio_transcription']>[number]

/** A piece of a transcript. Its times are in seconds from the start of the recording. */
export interface TimedText {
  readonly text: string
  readonly start: number
  readonly end: number
}

// Maximum length and duration of one subtitle: usual limits for two lines of text.
const LONGEST_CUE_CHARACTERS = 84
const LONGEST_CUE_SECONDS = 7
// If a word is found more than this many characters ahead, the next word must follow it there.
const LONGEST_GAP = 40
const ENDS_SENTENCE = /[.!?\u2026\u3002\uff01\uff1f]["'\u00bb\u201d\u2019)]*$/

/** Returns the words of a transcript, with their start and end times. */
export const toWords = (turns: readonly SpokenTurn[]): TimedText[] =>
  turns.flatMap(({ words = [] }) => words.flatMap(({ word = '', start, end }) => (word === '' ? [] : { text: word, start, end })))

/** Splits a transcript into timed sentences, and sentences too long for a subtitle into parts. */
export const toTimedSegments = (turns: readonly SpokenTurn[]): TimedText[] => turns.flatMap(toSegmentsOfTurn)

function toSegmentsOfTurn({ text, words = [] }: SpokenTurn): TimedText[] {
  const segments: TimedText[] = []
  let begin = 0
  let position = 0
  let start: number | undefined
  for (const [index, { word = '', start: from, end }] of words.entries()) {
    // Segments are slices of the turn's text: joining its words would need rules for spacing.
    const next = words[index + 1]
    position = findEnd(text, position, [word, next?.word ?? '']) ?? position
    start ??= from
    const piece = text.slice(begin, next === undefined ? text.length : position)
    const isLong =
      next !== undefined && (next.end - start > LONGEST_CUE_SECONDS || piece.length + (next.word ?? '').length >= LONGEST_CUE_CHARACTERS)
    if (next !== undefined && !isLong && !ENDS_SENTENCE.test(piece.trimEnd())) continue
    if (piece.trim() !== '') segments.push({ text: piece.trim(), start, end })
    begin = position
    start = undefined
  }
  return segments
}

/**
 * Finds a word in the text at or after a position, and returns the offset of its end; undefined if
 * the text spells it differently. A word found far ahead may be a later occurrence, and counts only
 * if the next word follows.
 */
function findEnd(text: string, position: number, [word, next]: readonly [string, string]): number | undefined {
  const found = text.indexOf(word, position)
  const end = found + word.length
  if (found === -1) return undefined
  if (found - position <= LONGEST_GAP) return end
  return text.slice(end, end + LONGEST_GAP + next.length).includes(next) ? end : undefined
}

/** Returns the segments of a transcript as SubRip subtitles (.srt). */
export const toSrt = (segments: readonly TimedText[]): string =>
  segments
    .map(({ text, start, end }, index) => `${index + 1}\n${toTimestamp(start, ',')} --> ${toTimestamp(end, ',')}\n${toCue(text)}\n\n`)
    .join('')

/** Returns the segments of a transcript as WebVTT subtitles (.vtt), with markup escaped. */
export const toVtt = (segments: readonly TimedText[]): string => {
  const cues = segments.map(
    ({ text, start, end }) => `${toTimestamp(start, '.')} --> ${toTimestamp(end, '.')}\n${toMarkup(toCue(text))}\n\n`,
  )
  return `WEBVTT\n\n${cues.join('')}`
}

const toMarkup = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Removes line breaks and `-->` from a subtitle's text: SRT and WebVTT use them as syntax. */
const toCue = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('-->', '->')

function toTimestamp(seconds: number, point: string): string {
  const milliseconds = Math.round(seconds * 1000)
  const pad = (value: number, length = 2): string => String(Math.floor(value)).padStart(length, '0')
  return `${pad(milliseconds / 3_600_000)}:${pad((milliseconds / 60_000) % 60)}:${pad((milliseconds / 1000) % 60)}${point}${pad(milliseconds % 1000, 3)}`
}
