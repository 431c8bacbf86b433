/** Where the reading of thoughts stands: Gemini mixes them into the content, between two tags that chunks may cut. */
export interface ThoughtMemory {
  phase: 'answer' | 'opening' | 'thought' | 'closing'
  /** Text that may turn out to be part of a tag. */
  held: string
  /** How much of it, from its beginning, carried Google's flag. */
  flagged: number
}

/** A text, taken apart. */
export interface SplitText {
  readonly reasoning: string
  readonly content: string
}

const OPEN = '<thought>'
const CLOSE = '</thought>'
const NOTHING: SplitText = { reasoning: '', content: '' }

/** Fresh memory: the answer may begin with thoughts, and does so only where a flag says so. */
export const newThoughtMemory = (): ThoughtMemory => ({ phase: 'answer', held: '', flagged: 0 })

/** True for a text that begins with thoughts. */
export const opensThoughts = (text: string): boolean => text.startsWith(OPEN)

/**
 * Takes one piece of content apart.
 *
 * @param isThought - Google's flag on the piece. Tags without it are the answer's own text and stay.
 */
export function splitThoughts(memory: ThoughtMemory, text: string, isThought: boolean): SplitText {
  if (text === '') return NOTHING
  const whole = memory.held + text
  const flagged = isThought ? whole.length : memory.flagged
  memory.held = ''
  memory.flagged = 0
  if (isThought) return takeThought(memory, memory.phase === 'answer' ? 'opening' : memory.phase, whole)
  if (memory.phase === 'answer') return { reasoning: '', content: whole }
  return takeClosing(memory, whole, flagged)
}

/** Gives what was held back, at the end of the answer. */
export function endThoughts(memory: ThoughtMemory): SplitText {
  const { held, flagged } = memory
  memory.held = ''
  memory.flagged = 0
  return { reasoning: held.slice(0, flagged), content: held.slice(flagged) }
}

function takeThought(memory: ThoughtMemory, phase: ThoughtMemory['phase'], text: string): SplitText {
  let thought = text
  if (phase === 'opening') {
    if (text.length < OPEN.length && OPEN.startsWith(text)) return hold(memory, 'opening', text, text.length)
    if (text.startsWith(OPEN)) thought = text.slice(OPEN.length)
  }
  const end = thought.indexOf(CLOSE)
  if (end !== -1) {
    // A whole answer in one piece carries the flag as well.
    memory.phase = 'answer'
    return { reasoning: thought.slice(0, end), content: thought.slice(end + CLOSE.length) }
  }
  const cut = beginningAtEnd(thought)
  const held = thought.slice(cut)
  return { ...hold(memory, 'thought', held, held.length), reasoning: thought.slice(0, cut) }
}

/**
 * The first piece after the thoughts: their closing tag stands before the answer, if it stands anywhere.
 *
 * @param flagged - how much of the text, from its beginning, belongs to the thoughts unless it is part of the tag
 */
function takeClosing(memory: ThoughtMemory, text: string, flagged: number): SplitText {
  const tag = text.indexOf(CLOSE)
  if (tag !== -1 && tag <= flagged) {
    memory.phase = 'answer'
    return { reasoning: text.slice(0, tag), content: text.slice(tag + CLOSE.length) }
  }
  const cut = beginningAtEnd(text)
  if (cut < text.length && cut <= flagged) {
    return { ...hold(memory, 'closing', text.slice(cut), flagged - cut), reasoning: text.slice(0, cut) }
  }
  memory.phase = 'answer'
  return { reasoning: text.slice(0, flagged), content: text.slice(flagged) }
}

function hold(memory: ThoughtMemory, phase: ThoughtMemory['phase'], held: string, flagged: number): SplitText {
  memory.phase = phase
  memory.held = held
  memory.flagged = flagged
  return NOTHING
}

/** Where the longest end of a text begins that could be the beginning of a closing tag; its length where there is none. */
function beginningAtEnd(text: string): number {
  for (let at = Math.max(0, text.length - CLOSE.length + 1); at < text.length; at++) {
    if (CLOSE.startsWith(text.slice(at))) return at
  }
  return text.length
}
