// Characters of two columns: emoji, and most of Chinese, Japanese and Korean.
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\ud83c-\ud83e][\udc00-\udfff]/g

/** The width of a text without control characters, in columns: a wide character takes two. */
export const displayWidth = (text: string): number => [...text].length + (text.match(WIDE)?.length ?? 0)

/** The environment variables that describe a terminal. */
type TerminalVariables = Readonly<Partial<Record<'NO_COLOR' | 'TERM', string | undefined>>>

/** True if control sequences, such as those that erase a line, may be written. */
export const hasControlSequences = (isTerminal: boolean, { TERM }: TerminalVariables): boolean => isTerminal && TERM !== 'dumb'

/** True if text may have colours. @see https://no-color.org */
export const hasColors = (isTerminal: boolean, variables: TerminalVariables): boolean =>
  hasControlSequences(isTerminal, variables) && !variables.NO_COLOR
