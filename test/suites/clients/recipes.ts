import { expect } from 'vitest'
import { inChinese, read } from '../docs/markdown.js'

const PAGE = 'docs/clients.md'
/** The page of recipes, in both languages. */
export const PAGES = [PAGE, inChinese(PAGE)] as const

/** The recipes of a page: the text below each heading, by the heading. */
export const recipesOf = (markdown: string): ReadonlyMap<string, string> =>
  new Map([...markdown.matchAll(/^## (.+)\n([\s\S]*?)(?=^## |(?![\s\S]))/gm)].map(([, title = '', text = '']) => [title, text]))

/** The addresses in a recipe, in their order, each once. */
export const addressesIn = (recipe: string): string[] => [...new Set(recipe.match(/https:\/\/HOST(?:\/[\w./-]*\w)?/g))]

/**
 * The addresses that both languages give for a client.
 *
 * @param client - part of the heading of its recipe
 */
export function addressesOf(client: string): string[] {
  const [english = [], chinese] = PAGES.map((page) => {
    const found = [...recipesOf(read(page))].filter(([title]) => title.includes(client))
    expect(found, `${client} in ${page}`).toHaveLength(1)
    return addressesIn(found[0]?.[1] ?? '')
  })
  expect(chinese).toEqual(english)
  return english
}
