import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type StaticFile, toStaticFile } from '../contract/storedFile.js'

const CONTENT_TYPES = { html: 'text/html', css: 'text/css', js: 'text/javascript' } as const

/** A file name with the extension of a supported content type. */
export type PageFileName = `${string}.${keyof typeof CONTENT_TYPES}`

/** Static files of one web page (the console or the docs), which are deployed with the server. */
export interface PageFiles {
  /** Reads a file; from disk only once. @returns undefined if it was not deployed */
  read(name: PageFileName): Promise<StaticFile | undefined>
}

/** Makes the reader of page files. @param folder - its files are read when first requested */
export function makePageFiles(folder: string): PageFiles {
  const files = new Map<PageFileName, Promise<StaticFile | undefined>>()
  const load = async (name: PageFileName): Promise<StaticFile | undefined> => {
    const bytes = await readIfExists(join(folder, name))
    return bytes && toStaticFile(bytes, contentTypeOf(name))
  }
  return {
    read: async (name) => {
      // The promise is stored, so that concurrent first requests read the file only once.
      const file = files.get(name) ?? load(name)
      files.set(name, file)
      let stored: StaticFile | undefined
      try {
        stored = await file
      } finally {
        if (stored === undefined) files.delete(name)
      }
      return stored
    },
  }
}

const contentTypeOf = (name: PageFileName): string =>
  // The cast is safe: PageFileName allows only these extensions.
  `${CONTENT_TYPES[name.slice(name.lastIndexOf('.') + 1) as keyof typeof CONTENT_TYPES]}; charset=utf-8`

async function readIfExists(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
    throw error
  }
}
