import { allowsColors } from '../../contract/terminal.js'
import type { CliEnv } from './context.js'

// Matches C0 except tab and line feed, DEL, C1, and characters that change the text direction.
// biome-ignore lint/suspicious/noControlCharactersInRegex: this pattern finds them
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g
const CONTROL_PICTURES = 0x2400
const DELETE = 0x7f

/**
 * Makes text safe to print: models, logs and servers could send escape sequences that move the
 * cursor or change the title or clipboard. Replaces control characters by Unicode control pictures.
 */
export const toPrintable = (text: string): string =>
  text.replace(/\r\n/g, '\n').replace(CONTROLS, (character) => {
    const code = character.charCodeAt(0)
    if (code === DELETE) return '\u2421'
    return code < 0x20 ? String.fromCharCode(CONTROL_PICTURES + code) : '\ufffd'
  })

/** Like {@link toPrintable}, but also replaces each run of white space by one space. */
export const toOneLine = (text: string): string => toPrintable(text.replace(/\s+/g, ' '))

// Matches control, line separator and text direction characters that JSON.stringify outputs as is.
const UNESCAPED = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

/** Converts a value to JSON in which control and text direction characters are escaped. */
export const toSafeJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replace(UNESCAPED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Text styles of one output stream. Each function returns its text with escape sequences. */
export interface Style {
  readonly dim: (text: string) => string
  readonly bold: (text: string) => string
}

/** Returns the text styles of a stream; they change nothing unless it is a coloured terminal. */
export function styleFor(stream: NodeJS.WriteStream, env: CliEnv): Style {
  const isStyled = allowsColors(stream.isTTY === true, env)
  const mark = (code: number) => (text: string) => (isStyled && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text)
  return { dim: mark(2), bold: mark(1) }
}
