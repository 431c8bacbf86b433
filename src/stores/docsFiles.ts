import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type StoredFile, toStoredFile } from '../contract/storedFile.js'
import type { DocsAsset } from '../contract/types.js'

/** A file of the docs page: the page itself, or one that it loads. */
export type DocsFileName = 'index.html' | DocsAsset

/** The files of the docs page; they are deployed beside the server. */
export interface DocsFiles {
  /** Reads a file; from disk only once. @returns undefined where it was not deployed */
  read(name: DocsFileName): Promise<StoredFile | undefined>
}

const CONTENT_TYPES = {
  'index.html': 'text/html; charset=utf-8',
  'docs.css': 'text/css; charset=utf-8',
  'docs.js': 'text/javascript; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
} as const satisfies Record<DocsFileName, string>

/** Makes the reader of these files. @param folder - nothing in it is read before it is needed */
export function makeDocsFiles(folder: string): DocsFiles {
  const files = new Map<DocsFileName, Promise<StoredFile | undefined>>()
  const load = async (name: DocsFileName): Promise<StoredFile | undefined> => {
    const bytes = await readIfThere(join(folder, name))
    return bytes && toStoredFile(bytes, CONTENT_TYPES[name])
  }
  return {
    read: async (name) => {
      // The promise is stored: many first requests at once must not read as many copies.
      const file = files.get(name) ?? load(name)
      files.set(name, file)
      let stored: StoredFile | undefined
      try {
        stored = await file
      } finally {
        if (stored === undefined) files.delete(name)
      }
      return stored
    },
  }
}

async function readIfThere(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
    throw error
  }
}
