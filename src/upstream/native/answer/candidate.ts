import { toList } from '../../answer/joinDeltas.js'
import { googleOf, type RawMessage, type RawToolCall } from '../../answer/repairs/context.js'
import { hasContent } from '../../answer/repairs/extraContent.js'
import { isGeminiReason } from '../../answer/repairs/finish.js'
import { MOST_CALLS, tooManyCalls } from '../../answer/repairs/toolCalls.js'
import type { Redact } from '../../failures/redact.js'
import type { Candidate, Part } from '../wire/types.js'
import { Citations } from './citations.js'
import { type ContinuationOffsets, shiftCitations } from './continuationOffsets.js'
import { Metadata } from './metadata.js'
import { answerTextOf, toPieces } from './pieces.js'
import type { SpeechReader } from './speech.js'

/** The request's options for reading a candidate. */
interface CandidateOptions {
  /** Gemini's names of the declared functions, whose calls are sent to the client at once. */
  readonly functionNames: ReadonlySet<string>
  /** True to include images that the model generates as part of its thoughts. */
  readonly wantsDrafts: boolean
  /** Reads the audio of a requested speech; undefined for other requests. */
  readonly speech: SpeechReader | undefined
}

/** Converts one candidate of an answer, whole or event by event, to deltas. */
export class CandidateReader {
  readonly metadata: Metadata
  readonly #citations = new Citations()
  /** The first call of an undeclared function, and all calls after it. */
  #held: RawToolCall[] = []
  #heldAtResumePoint: readonly RawToolCall[] = []
  #hasContent = false
  #images = 0
  #codes = 0
  /** Number of transcription turns so far. */
  #turns = 0
  /** Set in continuations and resumptions. */
  #offsets: ContinuationOffsets | undefined

  constructor(
    private readonly options: CandidateOptions,
    redact: Redact,
  ) {
    this.metadata = new Metadata(redact)
  }

  /** Saves the state at a continuation token, which a resumption restores. */
  markResumePoint(): void {
    this.#heldAtResumePoint = [...this.#held]
    this.#citations.markResumePoint()
    this.metadata.markResumePoint()
  }

  /** Called before the first event of a continuation or resumption. */
  beginContinuation(isResumption: boolean): void {
    if (isResumption) {
      this.#held = [...this.#heldAtResumePoint]
      this.#citations.rewind()
      this.metadata.rewind()
    }
    this.#offsets = this.#citations.beginContinuation()
    this.metadata.beginContinuation()
  }

  /** Reads the candidate, or one event's part of it. @returns its deltas in order */
  read(candidate: Candidate): RawMessage[] {
    const parts = candidate.content?.parts ?? []
    for (const part of parts) this.#citations.addPart(answerTextOf(part))
    const placed = this.#offsets === undefined ? candidate : shiftCitations(candidate, this.#offsets)
    this.metadata.add(placed)
    this.#citations.addMetadata(placed)
    if (this.options.speech !== undefined) return this.#readSpeech(this.options.speech, parts)
    const pieces = toPieces(candidate, this.options.wantsDrafts).map((piece) => this.#number(piece))
    if (pieces.length > 0 && !this.#hasContent) this.#hasContent = pieces.some(hasAnswer)
    // Fast path of nearly every event: no calls, and none held back.
    const isPlain = this.#held.length === 0 && !pieces.some(({ tool_calls: calls }) => calls)
    return isPlain ? pieces : this.#holdCalls(pieces, candidate)
  }

  #readSpeech(speech: SpeechReader, parts: readonly Part[]): RawMessage[] {
    const pieces = speech.read(parts)
    this.#hasContent = speech.hasSound
    return pieces
  }

  /** Returns the finish reason of a candidate that has been read, by OpenAI's or Gemini's name. */
  toReason({ finishReason: reason }: Candidate): string | undefined {
    // Without any content it is treated as malformed, so that it is retried.
    if (reason === 'OTHER' && !this.#hasContent) return 'MALFORMED_RESPONSE:OTHER'
    if (reason === 'STOP') return 'stop'
    // An unknown reason: the prefix keeps it from being taken for one of OpenAI's.
    return !reason || reason === 'CONTINUATION' || isGeminiReason(reason) ? reason : `gemini.${reason}`
  }

  /** Ends the answer. @returns held calls or audio, and members that refer to the whole answer */
  end(): RawMessage[] {
    const annotations = this.#citations.toAnnotations()
    const google = this.metadata.toMembers()
    const last: RawMessage = {
      ...(annotations.length === 0 ? {} : { annotations }),
      ...(Object.keys(google).length === 0 ? {} : { extra_content: { google } }),
    }
    const held = this.options.speech?.end() ?? (this.#held.length === 0 ? [] : [{ tool_calls: this.#held }])
    this.#held = []
    return Object.keys(last).length === 0 ? held : [...held, last]
  }

  /** Adds an index to list items, which clients need to join the lists of several deltas. */
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

  /** Adds a space before later turns of a transcription, and an index to each. */
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
    return open
  }

  /** Returns the calls before the first undeclared function, and holds back the rest. */
  #holdUndeclared(calls: readonly RawToolCall[]): readonly RawToolCall[] {
    const first = this.#held.length > 0 ? 0 : calls.findIndex((call) => !this.#isDeclared(call))
    if (first === -1) return calls
    for (const call of calls.slice(first)) this.#held.push(call)
    if (this.#held.length > MOST_CALLS) throw tooManyCalls()
    return calls.slice(0, first)
  }

  #isDeclared({ function: called }: RawToolCall): boolean {
    return this.options.functionNames.has(called?.name ?? '')
  }
}

const hasAnswer = (piece: RawMessage): boolean => hasContent(piece) || Boolean(piece.tool_calls)
