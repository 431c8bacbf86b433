import type { OpenAIFile } from '../contract/types.js'

/** Encrypts text that clients and Google store for the proxy, with a separate key per caller. */
export interface FileSeals {
  seal(caller: string, text: string): string
  /** Seals deterministically: equal texts of one caller give equal results. */
  sealDeterministically(caller: string, text: string): string
  /** Decrypts sealed text. @returns undefined for text that was not sealed for this caller */
  open(caller: string, sealed: string): string | undefined
}

/** The key whose project has a file, and the name under which Google stores it. */
export interface FileLocation {
  /** Fingerprint of the Gemini key whose project has the file. */
  readonly key: string
  /** Google's name of the file, such as `files/abc123`. */
  readonly name: string
}

/** Metadata of a file for which Google has no field: sealed in its display name at Google. */
export interface FileLabel {
  /** Fingerprint of the uploading key, because all keys of a project list the same files. */
  readonly key: string
  readonly purpose: OpenAIFile['purpose']
  readonly filename: string
}

/** Encodes and decodes file ids and labels. Stateless: every instance can read all of them. */
export interface FileIds {
  /** Returns the id of a file, always the same; it reveals neither the key nor Google's name. */
  toId(caller: string, location: FileLocation): string
  /** Decodes a file id. @returns undefined for an invalid id, or one of another caller */
  toLocation(caller: string, id: string): FileLocation | undefined
  /** Encodes a label as a display name. @returns undefined if it is too long for Google */
  toDisplayName(caller: string, label: FileLabel): string | undefined
  /** Decodes a display name. @returns undefined for the file of another caller */
  toLabel(caller: string, displayName: string): FileLabel | undefined
}

const PREFIX = 'file-'
// Sealed text begins with a version and a dot, which file ids omit.
const SEALED = /^([\w]+\.)(.+)$/
const LOCATION_TEXT = /^file ([\w-]+) (files\/[\w-]+)$/
// Google's limit of display names, in characters: https://ai.google.dev/api/files
const LONGEST_DISPLAY_NAME = 512
const LONGEST_FILE_ID = 400

/** Makes the encoder and decoder of file ids and labels. @param seals - encrypts both */
export function makeFileIds(seals: FileSeals): FileIds {
  const [, version = ''] = SEALED.exec(seals.sealDeterministically('', '')) ?? []
  return {
    toId: (caller, { key, name }) => PREFIX + seals.sealDeterministically(caller, `file ${key} ${name}`).slice(version.length),
    toLocation: (caller, id) => {
      if (!id.startsWith(PREFIX) || id.length > LONGEST_FILE_ID) return undefined
      const [, key, name] = LOCATION_TEXT.exec(seals.open(caller, version + id.slice(PREFIX.length)) ?? '') ?? []
      return key === undefined || name === undefined ? undefined : { key, name }
    },
    toDisplayName: (caller, { key, purpose, filename }) => {
      const sealed = seals.seal(caller, JSON.stringify([key, purpose, filename]))
      return sealed.length > LONGEST_DISPLAY_NAME ? undefined : sealed
    },
    toLabel: (caller, displayName) => {
      const text = seals.open(caller, displayName)
      if (text === undefined || !text.startsWith('[')) return undefined
      // The cast is safe: only `toDisplayName` seals text that begins with `[`.
      const [key, purpose, filename] = JSON.parse(text) as [string, OpenAIFile['purpose'], string]
      return { key, purpose, filename }
    },
  }
}
