import { type ApiError, apiError } from '../contract/errors.js'
import type {
  ChatCompletion,
  ChatCompletionChunk,
  FinishReason,
  Transcription,
  TranscriptionStreamEvent,
  Usage,
} from '../contract/types.js'
import { type SpokenTurn, toSrt, toTimedSegments, toVtt, toWords } from './segments.js'
import { NO_SPEECH, type ParsedTranscriptionRequest } from './transcriptionRequest.js'

/** The transcript in a chat completion: its text, and its timed turns if Gemini sent them. */
interface Transcript {
  readonly text: string
  readonly turns: readonly SpokenTurn[]
}

/** A transcript in the requested format: JSON or text. */
export type TranscriptResult = { readonly json: Transcription } | { readonly text: string }

/** Token counts and length of a transcribed recording. */
export interface TranscriptMetadata {
  readonly usage: Usage | undefined
  /** Length of the recording, in seconds; undefined if the file does not state it. */
  readonly seconds: number | undefined
}

/**
 * Converts a chat completion to a transcript in the requested format.
 *
 * @throws an ApiError if the transcript is incomplete, or lacks timestamps that the format needs
 */
export function toTranscript(completion: ChatCompletion, parsed: ParsedTranscriptionRequest, facts: TranscriptMetadata): TranscriptResult {
  const transcript = readTranscript(completion)
  const usage = toUsageMember(facts.usage)
  switch (parsed.format) {
    case 'json':
      return { json: { text: transcript.text, ...usage } }
    case 'text':
      return { text: `${transcript.text}\n` }
    case 'srt':
      return { text: toSrt(toTimedSegments(timedTurnsOf(transcript))) }
    case 'vtt':
      return { text: toVtt(toTimedSegments(timedTurnsOf(transcript))) }
    case 'diarized_json':
      return {
        json: { ...toTranscriptHead(facts), text: transcript.text, segments: toDiarizedSegments(timedTurnsOf(transcript)), ...usage },
      }
    case 'verbose_json':
      return { json: { ...toTranscriptHead(facts), ...toVerboseTranscript(transcript, parsed), ...usage } }
  }
}

const toTranscriptHead = ({ seconds }: TranscriptMetadata): Pick<Transcription, 'task' | 'duration'> => ({
  task: 'transcribe',
  ...(seconds === undefined ? {} : { duration: seconds }),
})

function toVerboseTranscript(transcript: Transcript, { granularities, language: named }: ParsedTranscriptionRequest): Transcription {
  const turns = timedTurnsOf(transcript)
  const language = named ?? turns.find(({ language_code: code }) => code)?.language_code
  return {
    ...(language === undefined ? {} : { language }),
    text: transcript.text,
    ...(granularities.includes('word') ? { words: toWords(turns).map(({ text: word, ...times }) => ({ word, ...times })) } : {}),
    ...(granularities.includes('segment')
      ? {
          segments: toTimedSegments(turns).map(({ text, start, end }, id) => ({
            id,
            seek: 0,
            start,
            end,
            text,
            ...UNREPORTED_SEGMENT_FIELDS,
          })),
        }
      : {}),
  }
}

/** Neutral values for fields of a segment that OpenAI's clients expect and Gemini lacks. */
const UNREPORTED_SEGMENT_FIELDS = { tokens: [], temperature: 0, avg_logprob: 0, compression_ratio: 0, no_speech_prob: 0 }

/** Converts turns to the segments of `diarized_json`; its speakers are called A, B and so on. */
function toDiarizedSegments(turns: readonly SpokenTurn[]): NonNullable<Transcription['segments']> {
  const labels = [...new Set(turns.map(({ speaker_label: label = '' }) => label))]
  return turns.flatMap(({ text, words = [], speaker_label: label = '' }, index) => {
    const [first, last] = [words[0], words.at(-1)]
    if (first === undefined || last === undefined) return []
    const id = `seg_${String(index + 1).padStart(3, '0')}`
    const speaker = speakerName(labels.indexOf(label))
    return { type: 'transcript.text.segment' as const, id, start: first.start, end: last.end, text, speaker }
  })
}

/** Names speakers like columns of a spreadsheet: A to Z, then AA, AB and so on. */
const speakerName = (index: number): string =>
  (index < 26 ? '' : speakerName(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26))

/** Returns the turns of a transcript, all with timestamps. @throws 502 if text lacks timestamps */
function timedTurnsOf({ text, turns }: Transcript): readonly SpokenTurn[] {
  if (text === '') return []
  if (turns.length > 0 && turns.every(({ text: said, words = [] }) => said === '' || words.length > 0)) return turns
  throw apiError('upstream_error', "Gemini returned no timestamps for this recording. Retry the request, or use 'json' or 'text'.")
}

function readTranscript({ choices: [choice] }: ChatCompletion): Transcript {
  const { content, refusal = null, extra_content: extra } = choice?.message ?? {}
  const failure = transcriptFailureOf(choice?.finish_reason, refusal)
  if (failure !== undefined) throw failure
  const text = (content ?? '').trim()
  return { text: text === NO_SPEECH ? '' : text, turns: extra?.google?.audio_transcription ?? [] }
}

/** Returns the error for an incomplete transcript; undefined if it is complete. */
function transcriptFailureOf(finish: FinishReason | null | undefined, refusal: string | null): ApiError | undefined {
  if (finish === 'stop') return undefined
  if (finish === 'length') return apiError('invalid_value', TRANSCRIPT_TOO_LONG, { param: 'file' })
  if (finish === 'content_filter') return apiError('invalid_request', refusal ?? 'Gemini withheld the transcript.', { param: 'file' })
  return apiError('upstream_error', 'Gemini ended the transcript early. Retry the request.')
}

const TRANSCRIPT_TOO_LONG = "The transcript exceeds Gemini's output limit. Send a shorter recording."

/**
 * Converts the chunks of a chat stream to the events of OpenAI's transcription stream.
 *
 * @param usage - returns the token counts, once the stream has been read
 * @throws an ApiError, after the last event, if the transcript is incomplete
 */
export async function* toTranscriptEvents(
  batches: AsyncIterable<readonly ChatCompletionChunk[]>,
  usage: () => Usage | undefined,
): AsyncGenerator<readonly TranscriptionStreamEvent[], undefined> {
  let sent = ''
  let rest = ''
  let refusal: string | null = null
  let finish: FinishReason | null | undefined
  for await (const batch of batches) {
    for (const { delta, finish_reason: reason } of batch.flatMap(({ choices }) => choices)) {
      finish = reason ?? finish
      refusal = delta.refusal ?? refusal
      rest += delta.content ?? ''
    }
    if (sent === '') rest = rest.trimStart()
    // Hold back what may be NO_SPEECH or white space at the end: clients must get neither.
    const delta = sent === '' && NO_SPEECH.startsWith(rest.trimEnd()) ? '' : rest.trimEnd()
    if (delta === '') continue
    yield [{ type: 'transcript.text.delta', delta }]
    sent += delta
    rest = rest.slice(delta.length)
  }
  const failure = transcriptFailureOf(finish, refusal)
  if (failure !== undefined) throw failure
  // If NO_SPEECH did not arrive in full, its held back start, such as `[`, is part of the speech.
  const last = rest.trimEnd() === NO_SPEECH ? '' : rest.trimEnd()
  const done = { type: 'transcript.text.done' as const, text: sent + last, ...toUsageMember(usage()) }
  yield last === '' ? [done] : [{ type: 'transcript.text.delta', delta: last }, done]
}

function toUsageMember(usage: Usage | undefined): Pick<Transcription, 'usage'> {
  if (usage === undefined) return {}
  const { prompt_tokens: input, completion_tokens: output, total_tokens: total, prompt_tokens_details: details } = usage
  const audio = details?.audio_tokens ?? 0
  return {
    usage: {
      type: 'tokens',
      input_tokens: input,
      // Omit the optional details if Gemini did not count audio tokens separately.
      ...(audio === 0 ? {} : { input_token_details: { audio_tokens: audio, text_tokens: Math.max(0, input - audio) } }),
      output_tokens: output,
      total_tokens: total,
    },
  }
}
