import { toList } from '../../answer/joinDeltas.js'
import { googleOf, type RawMessage, type RawToolCall } from '../../answer/repairs/context.js'
import { hasContent } from '../../answer/repairs/extraContent.js'
import { isGeminiReason } from '../../answer/repairs/finish.js'
import { MOST_CALLS, tooManyCalls } from '../../answer/repairs/toolCalls.js'
import type { Redact } from '../../failures/redact.js'
import type { Candidate, Part } from '../wire/types.js'
import { Citations } from './citations.js'
import { type HopOffsets, shiftCitations } from './hopOffsets.js'
import { Metadata } from './metadata.js'
import { answerTextOf, isBrokenCall, toPieces } from './pieces.js'
import type { SpeechReader } from './speech.js'

/** What the request wants of a candidate. */
interface CandidateOptions {
  /** Names at Gemini of the functions that the client has declared: it gets their calls at once. */
  readonly functionNames: ReadonlySet<string>
  /** True for the images that the model draws while it thinks. */
  readonly wantsDrafts: boolean
  /** Reads the answer to a request for speech; undefined for others. */
  readonly speech: SpeechReader | undefined
}

/** Reads one candidate of an answer, whole or event by event. */
export class CandidateReader {
  readonly metadata: Metadata
  readonly #citations = new Citations()
  /** Calls of functions that the client has not declared, and all calls after them. */
  #held: RawToolCall[] = []
  #heldAtPlace: readonly RawToolCall[] = []
  #hasContent = false
  #hasBrokenCall = false
  #images = 0
  #codes = 0
  /** Turns of a transcription. */
  #turns = 0
  /** Set in the calls that continue an answer. */
  #offsets: HopOffsets | undefined

  constructor(
    private readonly options: CandidateOptions,
    redact: Redact,
  ) {
    this.metadata = new Metadata(redact)
  }

  /** Saves the state at a continuation token. A resumption goes back to it. */
  markPlace(): void {
    this.#heldAtPlace = [...this.#held]
    this.#citations.markPlace()
    this.metadata.markPlace()
  }

  /** Called before the first event of a call that continues the answer. */
  beginHop(isResumption: boolean): void {
    if (isResumption) {
      this.#held = [...this.#heldAtPlace]
      this.#citations.rewind()
      this.metadata.rewind()
    }
    this.#offsets = this.#citations.beginHop()
    this.metadata.beginHop()
  }

  /** Reads the candidate, or one event's part of it. @returns its deltas, in their order */
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
    const pieces = toPieces(candidate, this.options.wantsDrafts).map((piece) => this.#number(piece))
    if (pieces.length > 0 && !this.#hasContent) this.#hasContent = pieces.some(hasAnswer)
    // Nearly every event: there is nothing to hold, and nothing is held.
    const isPlain = this.#held.length === 0 && !pieces.some(({ tool_calls: calls }) => calls)
    return isPlain ? pieces : this.#holdCalls(pieces, candidate)
  }

  #readSpeech(speech: SpeechReader, parts: readonly Part[]): RawMessage[] {
    const pieces = speech.read(parts)
    this.#hasContent = speech.hasSound
    return pieces
  }

  /** Converts the reason of {@link read}'s candidate. */
  toReason({ finishReason: reason }: Candidate): string | undefined {
    if (this.#hasBrokenCall) return 'MALFORMED_RESPONSE:broken call'
    // Without any content it is a failure, and an attempt more may succeed.
    if (reason === 'OTHER' && !this.#hasContent) return 'MALFORMED_RESPONSE:OTHER'
    if (reason === 'STOP') return 'stop'
    // Of any other, the answer may or may not be complete. The prefix keeps it apart from OpenAI's.
    return !reason || reason === 'CONTINUATION' || isGeminiReason(reason) ? reason : `gemini.${reason}`
  }

  /** Ends the answer. @returns the last delta, with all that refers to the whole answer */
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

  /** Adds the index of items of lists: clients that join deltas need it to keep them apart. */
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

  /** Separates the turns of a transcription, which have no white space around them. */
  #addTurns({ content }: RawMessage, turns: readonly object[]): RawMessage {
    const isFirst = this.#turns === 0
    const numbered = turns.map((turn) => ({ index: this.#turns++, ...turn }))
    return {
      content: isFirst || !content ? (content ?? null) : ` ${content}`,
      extra_content: { google: { audio_transcription: numbered } },
    }
  }

  /**
   * Holds calls back until the end of the answer, from the first on whose function the client has
   * not declared. Google executes those of its MCP servers itself, and sends the result later; or
   * the call was a mistake of the model. The client must get neither.
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

  /** Returns the calls before the first of an undeclared function, and holds the others. */
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
