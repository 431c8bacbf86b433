import { expect } from 'vitest'
import { inChinese, read } from '../docs/markdown.js'

const PAGE = 'docs/clients.md'
/** The page of recipes in English and Chinese. */
export const PAGES = [PAGE, inChinese(PAGE)] as const

/** Returns the recipes of a page: the text below each heading, by heading. */
export const recipesOf = (markdown: string): ReadonlyMap<string, string> =>
  new Map([...markdown.matchAll(/^## (.+)\n([\s\S]*?)(?=^## |(?![\s\S]))/gm)].map(([, title = '', text = '']) => [title, text]))

/** Returns the addresses in a recipe without duplicates, in the order in which they occur. */
export const addressesIn = (recipe: string): string[] => [...new Set(recipe.match(/https:\/\/HOST(?:\/[\w./-]*\w)?/g))]

/**
 * Returns the addresses in a client's recipe, and expects both languages to have the same.
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
