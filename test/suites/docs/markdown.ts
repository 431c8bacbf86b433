import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The root of the repository, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** The two languages of the README. */
export const READMES = ['README.md', 'README.zh-CN.md'] as const

/** The longer documents, in English; each has a Chinese sibling. */
export const LONGER = readdirSync(`${ROOT}docs`)
  .filter((name) => name.endsWith('.md') && !name.endsWith('.zh-CN.md'))
  .map((name) => `docs/${name}`)
/** The Chinese sibling of a document. */
export const inChinese = (name: string): string => name.replace(/\.md$/, '.zh-CN.md')

/** A README, and the longer documents in its language behind it. */
export const manual = (readme: string): string => [readme, ...(readme === READMES[0] ? LONGER : LONGER.map(inChinese))].map(read).join('\n')

/** Reads a document of this repository. */
export const read = (name: string): string => readFileSync(`${ROOT}${name}`, 'utf8')

/** A document without its blocks of code, in which nothing is a heading or a link. */
export const proseOf = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```$/gm, '')

/** The headings of a document, with their level. */
export const headingsOf = (markdown: string): { level: number; title: string }[] =>
  [...proseOf(markdown).matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', title = '']) => ({ level: marks.length, title }))

/** The anchor that GitHub gives a heading. */
export const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

/** The targets of all links of a document. */
export const linksOf = (markdown: string): string[] => [...proseOf(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)

/** The rows of a generated table: the cells of each, without head and rule. */
export function rowsOf(markdown: string, region: string): string[][] {
  const text = new RegExp(`<!-- generated:${region} -->\n([\\s\\S]*?)<!-- /generated -->`).exec(markdown)?.[1]
  if (text === undefined) throw new Error(`there is no region ${region}`)
  const lines = text.trim().split('\n').slice(2)
  return lines.map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

/** The block of code under a marker such as `<!-- example:curl -->`. */
export function exampleOf(markdown: string, name: string): string {
  const code = new RegExp(`<!-- example:${name} -->\n\`\`\`\\w+\n([\\s\\S]*?)\n\`\`\``).exec(markdown)?.[1]
  if (code === undefined) throw new Error(`there is no example ${name}`)
  return code
}
