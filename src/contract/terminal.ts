// Characters that are two columns wide: emoji, and most Chinese, Japanese and Korean characters.
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\ud83c-\ud83e][\udc00-\udfff]/g

/** Returns the columns that a text takes in a terminal. It must have no control characters. */
export const displayWidth = (text: string): number => [...text].length + (text.match(WIDE)?.length ?? 0)

/** The environment variables that describe a terminal. */
type TerminalVariables = Readonly<Partial<Record<'NO_COLOR' | 'TERM', string | undefined>>>

/** True if control sequences, such as those that erase a line, may be written. */
export const allowsControlSequences = (isTerminal: boolean, { TERM }: TerminalVariables): boolean => isTerminal && TERM !== 'dumb'

/** True if text for the terminal may have colours. @see https://no-color.org */
export const allowsColors = (isTerminal: boolean, variables: TerminalVariables): boolean =>
  allowsControlSequences(isTerminal, variables) && !variables.NO_COLOR
