/** State of the parser for thoughts, which Gemini sends in the content, in `<thought>` tags. */
export interface ThoughtState {
  phase: 'answer' | 'opening' | 'thought' | 'closing'
  /** Text held back because it may be the beginning of a tag. */
  held: string
  /** Number of leading characters of `held` that Google flagged as thoughts. */
  flagged: number
}

/** A text from Gemini, split into thoughts (`reasoning`) and the content of the answer. */
export interface SplitText {
  readonly reasoning: string
  readonly content: string
}

const OPENING_TAG = '<thought>'
const CLOSING_TAG = '</thought>'
const NO_TEXT: SplitText = { reasoning: '', content: '' }

/** Makes the initial state of the parser for the thoughts of an answer. */
export const newThoughtState = (): ThoughtState => ({ phase: 'answer', held: '', flagged: 0 })

/** True for a text that begins with `<thought>`. */
export const startsWithThoughtTag = (text: string): boolean => text.startsWith(OPENING_TAG)

/**
 * Splits one part of the content into thoughts and answer. Holds back a partial tag at its end.
 *
 * @param isThought - true if Google flagged the part as a thought; else tags in it are plain text
 */
export function splitThoughts(state: ThoughtState, text: string, isThought: boolean): SplitText {
  if (text === '') return NO_TEXT
  const whole = state.held + text
  const flagged = isThought ? whole.length : state.flagged
  hold(state, state.phase, '', 0)
  if (isThought) return takeThought(state, state.phase === 'answer' ? 'opening' : state.phase, whole)
  if (state.phase === 'answer') return { reasoning: '', content: whole }
  return takeClosing(state, whole, flagged)
}

/** Returns the text that is still held back when the answer ends, as no tag can complete it. */
export function endThoughts(state: ThoughtState): SplitText {
  const { held, flagged } = state
  hold(state, state.phase, '', 0)
  return { reasoning: held.slice(0, flagged), content: held.slice(flagged) }
}

function takeThought(state: ThoughtState, phase: ThoughtState['phase'], text: string): SplitText {
  let thought = text
  if (phase === 'opening') {
    if (text.length < OPENING_TAG.length && OPENING_TAG.startsWith(text)) return hold(state, 'opening', text, text.length)
    if (text.startsWith(OPENING_TAG)) thought = text.slice(OPENING_TAG.length)
  }
  const end = thought.indexOf(CLOSING_TAG)
  // Google also flags a part as a thought if the whole answer follows the thoughts in it.
  if (end !== -1) return beginAnswer(state, thought, end, CLOSING_TAG.length)
  const cut = findPartialTag(thought)
  const held = thought.slice(cut)
  return { ...hold(state, 'thought', held, held.length), reasoning: thought.slice(0, cut) }
}

/** Splits the first part not flagged as a thought: `</thought>` may precede the answer in it. */
function takeClosing(state: ThoughtState, text: string, flagged: number): SplitText {
  const tag = text.indexOf(CLOSING_TAG)
  if (tag !== -1 && tag <= flagged) return beginAnswer(state, text, tag, CLOSING_TAG.length)
  const cut = findPartialTag(text)
  if (cut < text.length && cut <= flagged) {
    return { ...hold(state, 'closing', text.slice(cut), flagged - cut), reasoning: text.slice(0, cut) }
  }
  return beginAnswer(state, text, flagged)
}

function beginAnswer(state: ThoughtState, text: string, end: number, tagLength = 0): SplitText {
  state.phase = 'answer'
  return { reasoning: text.slice(0, end), content: text.slice(end + tagLength) }
}

function hold(state: ThoughtState, phase: ThoughtState['phase'], held: string, flagged: number): SplitText {
  state.phase = phase
  state.held = held
  state.flagged = flagged
  return NO_TEXT
}

/** Returns the index of a partial `</thought>` at the end of a text; else the text's length. */
function findPartialTag(text: string): number {
  for (let index = Math.max(0, text.length - CLOSING_TAG.length + 1); index < text.length; index++) {
    if (CLOSING_TAG.startsWith(text.slice(index))) return index
  }
  return text.length
}
