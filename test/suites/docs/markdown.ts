import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Path of the repository, with a trailing slash. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** Paths of the README, in English and Chinese. */
export const READMES = ['README.md', 'README.zh-CN.md'] as const

/** The documents of docs/ in English; each has a Chinese translation. */
export const LONGER = readdirSync(`${ROOT}docs`)
  .filter((name) => name.endsWith('.md') && !name.endsWith('.zh-CN.md'))
  .map((name) => `docs/${name}`)
/** Path of the Chinese translation of a document. */
export const inChinese = (name: string): string => name.replace(/\.md$/, '.zh-CN.md')

/** Returns the text of a README and of all documents of docs/ in its language. */
export const manual = (readme: string): string => [readme, ...(readme === READMES[0] ? LONGER : LONGER.map(inChinese))].map(read).join('\n')

/** Reads a document of this repository. */
export const read = (name: string): string => readFileSync(`${ROOT}${name}`, 'utf8')

/** Removes code blocks, whose lines are neither headings nor links. */
export const proseOf = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```$/gm, '')

/** Headings of a document, with their level. */
export const headingsOf = (markdown: string): { level: number; title: string }[] =>
  [...proseOf(markdown).matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', title = '']) => ({ level: marks.length, title }))

/** The anchor that GitHub generates for a heading. */
export const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

/** Targets of all links of a document. */
export const linksOf = (markdown: string): string[] => [...proseOf(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)

/**
 * Returns the rows of a generated table, each as its cells, without the header.
 *
 * @throws if the document does not contain the table
 */
export function rowsOf(markdown: string, region: string): string[][] {
  const text = new RegExp(`<!-- generated:${region} -->\n([\\s\\S]*?)<!-- /generated -->`).exec(markdown)?.[1]
  if (text === undefined) throw new Error(`no region ${region} in the document`)
  const lines = text.trim().split('\n').slice(2)
  return lines.map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

/**
 * Returns the code block after a marker such as `<!-- example:curl -->`. @throws if there is none
 */
export function exampleOf(markdown: string, name: string): string {
  const code = new RegExp(`<!-- example:${name} -->\n\`\`\`\\w+\n([\\s\\S]*?)\n\`\`\``).exec(markdown)?.[1]
  if (code === undefined) throw new Error(`no example ${name} in the document`)
  return code
}
