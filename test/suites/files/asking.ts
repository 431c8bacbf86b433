import type { OpenAIFile } from '../../../src/contract/types.js'
import { type Answer, call } from '../../support/contractHook.js'
import { type ProxyUnderTest, TOKEN } from '../../support/proxy.js'

export const MODEL = 'gemini-3.5-flash'

/** Asks a question about parts of a chat message. */
export const askChat = (proxy: ProxyUnderTest, parts: readonly object[], more: object = {}, token = TOKEN) =>
  call(proxy.origin, {
    path: '/v1/chat/completions',
    token,
    body: { model: MODEL, messages: [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, ...parts] }], ...more },
  })

interface UploadFields {
  readonly name?: string
  readonly token?: string
  readonly [field: string]: string | undefined
}

/** Uploads a file by a form. */
export async function uploadFile(
  proxy: ProxyUnderTest,
  file: Blob,
  { name = 'report.pdf', token = TOKEN, ...fields }: UploadFields = {},
): Promise<Answer & { readonly json: OpenAIFile }> {
  const form = new FormData()
  form.set('file', file, name)
  for (const [field, value] of Object.entries({ purpose: 'user_data', ...fields })) form.set(field, value ?? '')
  // The contract has been checked.
  return (await call(proxy.origin, { path: '/v1/files', token, body: form })) as Answer & { readonly json: OpenAIFile }
}

/** A file with the signature of a PDF. */
export const pdf = (text = '%PDF-1.7\n'): Blob => new Blob([text], { type: 'application/pdf' })

/** The parts of the user that the last request to a model had, without the question. */
export function sentParts({ simulator }: ProxyUnderTest): unknown[] {
  const last = simulator.requests.findLast(({ path }) => path.includes(':'))?.body as {
    readonly contents: readonly { readonly parts: readonly { readonly text?: string }[] }[]
  }
  return last.contents.at(-1)?.parts.filter(({ text }) => text !== 'What is it?') ?? []
}

/**
 * The bodies of a response and of a message, each with a document and an image.
 *
 * @param file - says where the document of the response is, as `image` does of its image
 * @param source - says where both are, in a message
 */
export const bodiesWith = (file: object, image: object, source: object): { readonly response: object; readonly message: object } => {
  const input = [
    {
      role: 'user',
      content: [
        { type: 'input_file', ...file },
        { type: 'input_image', ...image },
      ],
    },
  ]
  const messages = [
    {
      role: 'user',
      content: [
        { type: 'document', source },
        { type: 'image', source },
      ],
    },
  ]
  return { response: { model: MODEL, input }, message: { model: MODEL, messages } }
}
