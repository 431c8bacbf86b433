import { toList } from '../../answer/joinDeltas.js'
import { googleOf, type RawMessage, type RawToolCall } from '../../answer/repairs/context.js'
import { hasContent } from '../../answer/repairs/extraContent.js'
import { isFilterReason, isGeminiReason } from '../../answer/repairs/finish.js'
import { MAX_CALLS, tooManyCalls } from '../../answer/repairs/toolCalls.js'
import type { Redact } from '../../failures/redact.js'
import type { Candidate, Part } from '../wire/types.js'
import { Citations } from './citations.js'
import { type ContinuationOffsets, shiftCitations } from './continuationOffsets.js'
import { Metadata } from './metadata.js'
import { answerTextOf, isBrokenCall, toDeltas } from './pieces.js'
import type { SpeechReader } from './speech.js'

/** Properties of the request that determine how {@link CandidateReader} reads the answer. */
interface CandidateOptions {
  /** Names of the declared functions, as sent to Gemini. Calls of other functions are held back. */
  readonly functionNames: ReadonlySet<string>
  /** True to return OpenAI's *partial images*: images that the model generates while it thinks. */
  readonly wantsPartialImages: boolean
  /** Reads the audio of the answer; undefined if the request's `modalities` have no `audio`. */
  readonly speech: SpeechReader | undefined
}

/** Converts one candidate of Gemini's answer, whole or event by event, to OpenAI's deltas. */
export class CandidateReader {
  readonly metadata: Metadata
  readonly #citations = new Citations()
  /** Tool calls held back: the first call of an undeclared function, and all calls after it. */
  #held: RawToolCall[] = []
  #heldAtResumePoint: readonly RawToolCall[] = []
  #hasContent = false
  #hasBrokenCall = false
  #images = 0
  #codes = 0
  /** Number of transcribed speaker turns read so far; the index of the next one. */
  #turns = 0
  /** Offsets to add to the citations of a continuation; undefined before the first one. */
  #offsets: ContinuationOffsets | undefined

  constructor(
    private readonly options: CandidateOptions,
    redact: Redact,
  ) {
    this.metadata = new Metadata(redact)
  }

  /** Saves the reader's state at a continuation token, for a later resumption. */
  markResumePoint(): void {
    this.#heldAtResumePoint = [...this.#held]
    this.#citations.markResumePoint()
    this.metadata.markResumePoint()
  }

  /** Begins a continuation; for a resumption, first restores the state at the last resume point. */
  beginContinuation(isResumption: boolean): void {
    if (isResumption) {
      this.#held = [...this.#heldAtResumePoint]
      this.#citations.rewind()
      this.metadata.rewind()
    }
    this.#offsets = this.#citations.beginContinuation()
    this.metadata.beginContinuation()
  }

  /** Converts a whole candidate, or the part of it in one event, to deltas in order. */
  read(candidate: Candidate): RawMessage[] {
    const parts = candidate.content?.parts ?? []
    for (const part of parts) {
      this.#citations.addPart(answerTextOf(part))
      this.#hasBrokenCall ||= isBrokenCall(part)
    }
    const placed = this.#offsets === undefined ? candidate : shiftCitations(candidate, this.#offsets)
    this.metadata.add(placed)
    this.#citations.addMetadata(placed)
    if (this.options.speech !== undefined) return this.#readSpeech(this.options.speech, parts)
    const pieces = toDeltas(candidate, this.options.wantsPartialImages).map((piece) => this.#number(piece))
    if (pieces.length > 0 && !this.#hasContent) this.#hasContent = pieces.some(hasAnswer)
    // Fast path for nearly every event: it has no tool calls, and none are held back.
    const isPlain = this.#held.length === 0 && !pieces.some(({ tool_calls: calls }) => calls)
    return isPlain ? pieces : this.#holdCalls(pieces, candidate)
  }

  #readSpeech(speech: SpeechReader, parts: readonly Part[]): RawMessage[] {
    const pieces = speech.read(parts)
    this.#hasContent = speech.hasSound
    return pieces
  }

  /** Returns `stop` or Gemini's own finish reason; undefined before the end. Call `read` first. */
  toReason({ finishReason: reason }: Candidate): string | undefined {
    if (this.#hasBrokenCall) return 'MALFORMED_RESPONSE:broken call'
    // OTHER without any content counts as a malformed response, which is retried.
    if (reason === 'OTHER' && !this.#hasContent) return 'MALFORMED_RESPONSE:OTHER'
    if (reason === 'STOP') return 'stop'
    // Add a prefix to an unknown reason: it could equal a finish reason of OpenAI.
    return !reason || reason === 'CONTINUATION' || isGeminiReason(reason) ? reason : `gemini.${reason}`
  }

  /** Ends the answer. @returns deltas with the held calls or audio, annotations and metadata */
  end(): RawMessage[] {
    const annotations = this.#citations.toAnnotations()
    const google = this.metadata.toMembers()
    const last: RawMessage = {
      ...(annotations.length === 0 ? {} : { annotations }),
      ...(Object.keys(google).length === 0 ? {} : { extra_content: { google } }),
    }
    const held = this.options.speech?.end() ?? this.#releaseCalls()
    return Object.keys(last).length === 0 ? held : [...held, last]
  }

  /**
   * Adds `index` to the images, code steps and transcription turns of a delta, so that clients can
   * join the lists of several deltas. Removes search queries that an earlier delta already had.
   */
  #number(piece: RawMessage): RawMessage {
    const { images, extra_content: extra } = piece
    if (images !== undefined) return { ...piece, images: toList(images).map((image) => ({ ...(image as object), index: this.#images++ })) }
    if (extra === undefined) return piece
    const { code_execution: codes, web_search_queries: queries, audio_transcription: turns } = googleOf(extra)
    if (Array.isArray(turns)) return this.#addTurns(piece, turns)
    if (Array.isArray(codes)) {
      return { extra_content: { google: { code_execution: codes.map((code) => ({ ...code, index: this.#codes++ })) } } }
    }
    if (!Array.isArray(queries)) return piece
    const added = this.metadata.addQueries(queries)
    return added.length === 0 ? {} : { extra_content: { google: { web_search_queries: added } } }
  }

  /** Adds `index` to transcription turns, and a space before all texts but the first. */
  #addTurns({ content }: RawMessage, turns: readonly object[]): RawMessage {
    const isFirst = this.#turns === 0
    const numbered = turns.map((turn) => ({ index: this.#turns++, ...turn }))
    return {
      content: isFirst || !content ? (content ?? null) : ` ${content}`,
      extra_content: { google: { audio_transcription: numbered } },
    }
  }

  /**
   * Holds back a call of an undeclared function, and all calls after it, until the end of the
   * answer. The client must not receive a call that Google executes itself on an MCP server, whose
   * result follows, or one that Gemini then reports as UNEXPECTED_TOOL_CALL.
   *
   * @returns the deltas without the held calls
   */
  #holdCalls(pieces: readonly RawMessage[], { content, finishReason }: Candidate): RawMessage[] {
    const isMistake = finishReason === 'UNEXPECTED_TOOL_CALL'
    const open = pieces.flatMap((piece) => {
      if (!piece.tool_calls) return [piece]
      const calls = isMistake ? [] : this.#holdUndeclared(piece.tool_calls)
      return calls.length === 0 ? [] : [{ ...piece, tool_calls: calls }]
    })
    const answered = new Set((content?.parts ?? []).flatMap(({ functionResponse: result }) => result?.name ?? []))
    if (isMistake) this.#held = []
    else if (answered.size > 0) this.#held = this.#held.filter((call) => this.#isDeclared(call) || !answered.has(call.function?.name ?? ''))
    // Return the held calls with a filter's reason: an answer without calls would get a refusal.
    return isFilterReason(finishReason) ? [...open, ...this.#releaseCalls()] : open
  }

  #releaseCalls(): RawMessage[] {
    const held = this.#held
    this.#held = []
    return held.length === 0 ? [] : [{ tool_calls: held }]
  }

  /** Returns the calls before the first call of an undeclared function; holds back the others. */
  #holdUndeclared(calls: readonly RawToolCall[]): readonly RawToolCall[] {
    const first = this.#held.length > 0 ? 0 : calls.findIndex((call) => !this.#isDeclared(call))
    if (first === -1) return calls
    for (const call of calls.slice(first)) this.#held.push(call)
    if (this.#held.length > MAX_CALLS) throw tooManyCalls()
    return calls.slice(0, first)
  }

  #isDeclared({ function: called }: RawToolCall): boolean {
    return this.options.functionNames.has(called?.name ?? '')
  }
}

const hasAnswer = (piece: RawMessage): boolean => hasContent(piece) || Boolean(piece.tool_calls)
