import type { ExtraContent } from '../contract/types.js'

/** What one speaker says without a break, as Gemini has transcribed it. */
export type SpokenTurn = NonNullable<NonNullable<ExtraContent['google']>['audio_transcription']>[number]

/** A piece of a transcript, with its start and end in seconds of the recording. */
export interface TimedText {
  readonly text: string
  readonly start: number
  readonly end: number
}

// The usual largest length and duration of a subtitle with two lines.
const LONGEST_CUE_CHARACTERS = 84
const LONGEST_CUE_SECONDS = 7
const ENDS_SENTENCE = /[.!?\u2026\u3002\uff01\uff1f]["'\u00bb\u201d\u2019)]*$/

/** Returns the words of a transcript, with their times. */
export const toWords = (turns: readonly SpokenTurn[]): TimedText[] =>
  turns.flatMap(({ words = [] }) => words.flatMap(({ word = '', start, end }) => (word === '' ? [] : { text: word, start, end })))

/** Divides a transcript into sentences, and long sentences into pieces, with their times. */
export const toTimedSegments = (turns: readonly SpokenTurn[]): TimedText[] => turns.flatMap(toSegmentsOfTurn)

function toSegmentsOfTurn({ text, words = [] }: SpokenTurn): TimedText[] {
  const segments: TimedText[] = []
  let begin = 0
  let position = 0
  let start: number | undefined
  for (const [index, { word = '', start: from, end }] of words.entries()) {
    // Pieces are cut from the turn's text, as languages separate words differently.
    const found = text.indexOf(word, position)
    if (found >= 0) position = found + word.length
    start ??= from
    const next = words[index + 1]
    const piece = text.slice(begin, next === undefined ? text.length : position)
    const isLong =
      next !== undefined && (next.end - start > LONGEST_CUE_SECONDS || piece.length + (next.word ?? '').length >= LONGEST_CUE_CHARACTERS)
    if (next !== undefined && !isLong && !ENDS_SENTENCE.test(piece.trimEnd())) continue
    segments.push({ text: piece.trim(), start, end })
    begin = position
    start = undefined
  }
  return segments
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

/** Returns the text of a subtitle without empty lines, which would end it, and without arrows. */
const toCue = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('-->', '->')

function toTimestamp(seconds: number, point: string): string {
  const milliseconds = Math.round(seconds * 1000)
  const pad = (value: number, length = 2): string => String(Math.floor(value)).padStart(length, '0')
  return `${pad(milliseconds / 3_600_000)}:${pad((milliseconds / 60_000) % 60)}:${pad((milliseconds / 1000) % 60)}${point}${pad(milliseconds % 1000, 3)}`
}
