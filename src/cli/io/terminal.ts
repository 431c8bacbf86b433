import { hasColors } from '../../contract/terminal.js'
import type { CliEnv } from './context.js'

// C0 without tab and line feed, DEL, C1; and the characters that reorder text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g
const PICTURES = 0x2400
const DELETE = 0x7f

/**
 * Makes text harmless for a terminal: a model, a log or a server could send escape sequences, which
 * move the cursor, change the title or the clipboard. Each control character becomes its picture.
 */
export const toPrintable = (text: string): string =>
  text.replace(/\r\n/g, '\n').replace(CONTROLS, (character) => {
    const code = character.charCodeAt(0)
    if (code === DELETE) return '\u2421'
    return code < 0x20 ? String.fromCharCode(PICTURES + code) : '\ufffd'
  })

/** The same for text that must stay on one line, such as a cell of a table. */
export const toOneLine = (text: string): string => toPrintable(text.replace(/\s+/g, ' '))

// What JSON.stringify leaves as it is.
const UNESCAPED = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

/** Converts a value to JSON without characters that control a terminal or reorder text. */
export const toSafeJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replace(UNESCAPED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** How text is marked on one of the standard streams. */
export interface Style {
  readonly dim: (text: string) => string
  readonly bold: (text: string) => string
}

/** Marks text where the stream is a terminal with colours. */
export function styleFor(stream: NodeJS.WriteStream, env: CliEnv): Style {
  const isStyled = hasColors(stream.isTTY === true, env)
  const mark = (code: number) => (text: string) => (isStyled && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text)
  return { dim: mark(2), bold: mark(1) }
}
