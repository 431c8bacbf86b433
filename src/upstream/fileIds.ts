import type { OpenAIFile } from '../contract/types.js'

/** Encrypts what callers and Google store for the proxy; each caller has its own key. */
export interface FileSeals {
  seal(caller: string, text: string): string
  /** The same, but a text is always sealed alike. */
  sealAlike(caller: string, text: string): string
  /** @returns undefined for text that was not sealed for this caller */
  open(caller: string, sealed: string): string | undefined
}

/** Where a file is stored. */
export interface FilePlace {
  /** Fingerprint of the Gemini key whose project has the file. */
  readonly key: string
  /** Google's name, such as `files/abc123`. */
  readonly name: string
}

/** What Google does not know of a file: stored at Google as its display name, sealed. */
export interface FileLabel {
  /** As in {@link FilePlace}: two keys of one project see the same files. */
  readonly key: string
  readonly purpose: OpenAIFile['purpose']
  readonly filename: string
}

/** The ids and labels of files. Nothing is stored here, so that all instances know all files. */
export interface FileIds {
  /** The id of a file, always the same one. It reveals neither the key nor Google's name. */
  toId(caller: string, place: FilePlace): string
  /** Reads an id. @returns undefined for one of another caller, or of no file */
  toPlace(caller: string, id: string): FilePlace | undefined
  /** @returns undefined for a label that is too long for Google */
  toDisplayName(caller: string, label: FileLabel): string | undefined
  /** Reads a display name. @returns undefined for the file of another caller */
  toLabel(caller: string, displayName: string): FileLabel | undefined
}

const PREFIX = 'file-'
// The version that precedes all sealed texts.
const SEALED = /^([\w]+\.)(.+)$/
const PLACE_TEXT = /^file ([\w-]+) (files\/[\w-]+)$/
// Source: https://ai.google.dev/api/files
const LONGEST_DISPLAY_NAME = 512
const LONGEST_FILE_ID = 400

/** Makes the ids of a deployment. */
export function makeFileIds(seals: FileSeals): FileIds {
  const [, version = ''] = SEALED.exec(seals.sealAlike('', '')) ?? []
  return {
    toId: (caller, { key, name }) => PREFIX + seals.sealAlike(caller, `file ${key} ${name}`).slice(version.length),
    toPlace: (caller, id) => {
      if (!id.startsWith(PREFIX) || id.length > LONGEST_FILE_ID) return undefined
      const [, key, name] = PLACE_TEXT.exec(seals.open(caller, version + id.slice(PREFIX.length)) ?? '') ?? []
      return key === undefined || name === undefined ? undefined : { key, name }
    },
    toDisplayName: (caller, { key, purpose, filename }) => {
      const sealed = seals.seal(caller, JSON.stringify([key, purpose, filename]))
      return sealed.length > LONGEST_DISPLAY_NAME ? undefined : sealed
    },
    toLabel: (caller, displayName) => {
      const text = seals.open(caller, displayName)
      if (text === undefined || !text.startsWith('[')) return undefined
      // Only `toDisplayName` seals such a text.
      const [key, purpose, filename] = JSON.parse(text) as [string, OpenAIFile['purpose'], string]
      return { key, purpose, filename }
    },
  }
}
