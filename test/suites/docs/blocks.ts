import { inChinese, LONGER, READMES, read } from './markdown.js'

/** A fenced block of code of a document. */
export interface Block {
  readonly document: string
  readonly language: string
  /** Name in the marker `<!-- example:name -->` before the block; undefined without a marker. */
  readonly example: string | undefined
  readonly code: string
}

/** The documents whose blocks a reader may paste. */
export const PAGES: readonly string[] = [...READMES, ...LONGER, ...LONGER.map(inChinese)]

/** Lists the blocks of a document, indented ones included. */
export const blocksOf = (document: string, markdown = read(document)): Block[] =>
  [...markdown.matchAll(/(?:<!-- example:(\w+) -->\n)?^([ \t]*)```(\w*)[^\n]*\n([\s\S]*?)^\2```[ \t]*$/gm)].map(
    ([, example, indent = '', language = '', code = '']) => ({
      document,
      language,
      example,
      code: code.replace(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  )

/** True if the language of a block shows that a reader would paste it into a shell. */
export const isShell = ({ language }: Block): boolean => ['', 'sh', 'bash', 'shell', 'console', 'zsh'].includes(language)
