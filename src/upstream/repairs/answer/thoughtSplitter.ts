/** Where the reading of thoughts stands: Gemini mixes them into the content, between two tags that chunks may cut. */
export interface ThoughtMemory {
  phase: 'answer' | 'opening' | 'thought' | 'closing'
  /** Text that may turn out to be part of a tag. */
  held: string
}

/** A text, taken apart. */
export interface SplitText {
  readonly reasoning: string
  readonly content: string
}

const OPEN = '<thought>'
const CLOSE = '</thought>'

/** Fresh memory: the answer may begin with thoughts, and does so only where a flag says so. */
export const newThoughtMemory = (): ThoughtMemory => ({ phase: 'answer', held: '' })

/**
 * Takes one piece of content apart.
 *
 * @param isThought - Google's flag on the piece. Tags without it are the answer's own text and stay.
 */
export function splitThoughts(memory: ThoughtMemory, text: string, isThought: boolean): SplitText {
  const whole = memory.held + text
  memory.held = ''
  if (isThought) return takeThought(memory, memory.phase === 'answer' ? 'opening' : memory.phase, whole)
  if (memory.phase === 'answer') return { reasoning: '', content: whole }
  return takeClosing(memory, whole)
}

/** Gives what was held back, at the end of the answer. */
export function endThoughts(memory: ThoughtMemory): SplitText {
  const { held, phase } = memory
  memory.held = ''
  return phase === 'closing' ? { reasoning: '', content: held } : { reasoning: held, content: '' }
}

function takeThought(memory: ThoughtMemory, phase: ThoughtMemory['phase'], text: string): SplitText {
  let thought = text
  if (phase === 'opening') {
    if (text.length < OPEN.length && OPEN.startsWith(text)) return hold(memory, 'opening', text, '')
    if (text.startsWith(OPEN)) thought = text.slice(OPEN.length)
  }
  const end = thought.indexOf(CLOSE)
  if (end !== -1) {
    // A whole answer in one piece carries the flag as well.
    memory.phase = 'answer'
    return { reasoning: thought.slice(0, end), content: thought.slice(end + CLOSE.length) }
  }
  const cut = thought.length - beginningAtEnd(thought)
  return hold(memory, 'thought', thought.slice(cut), thought.slice(0, cut))
}

/** The first piece after the thoughts: their closing tag stands before the answer, if it stands anywhere. */
function takeClosing(memory: ThoughtMemory, text: string): SplitText {
  if (text.startsWith(CLOSE)) {
    memory.phase = 'answer'
    return { reasoning: '', content: text.slice(CLOSE.length) }
  }
  if (text.length < CLOSE.length && CLOSE.startsWith(text)) return hold(memory, 'closing', text, '')
  memory.phase = 'answer'
  return { reasoning: '', content: text }
}

function hold(memory: ThoughtMemory, phase: ThoughtMemory['phase'], held: string, reasoning: string): SplitText {
  memory.phase = phase
  memory.held = held
  return { reasoning, content: '' }
}

/** How many characters at the end of a text could be the beginning of a closing tag. */
function beginningAtEnd(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length--) {
    if (CLOSE.startsWith(text.slice(-length))) return length
  }
  return 0
}
