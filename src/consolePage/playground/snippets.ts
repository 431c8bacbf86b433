import { API_PATHS, type PlayApi } from './body.js'

/** A language, or tool, for which the playground shows code. */
export type SnippetLanguage = 'curl' | 'python' | 'js'

/** A request of the playground, to be shown as code. */
interface SnippetRequest {
  /** The base URL for OpenAI clients, which ends with `/v1`. */
  readonly baseUrl: string
  readonly api: PlayApi
  readonly body: Readonly<Record<string, unknown>>
}

/** By language, formats a request as runnable code, which reads the token in OPENAI_API_KEY. */
export const SNIPPETS: Record<SnippetLanguage, (request: SnippetRequest) => string> = {
  curl: ({ baseUrl, api, body }) => `curl ${curlFlags(api, body)} '${baseUrl.replaceAll("'", '%27')}/${API_PATHS[api]}' \\
  -H "Authorization: Bearer $OPENAI_API_KEY" \\
${api === 'transcription' ? toCurlForm(body) : toCurlJson(body)}
`,
  js: ({
    baseUrl,
    api,
    body,
  }) => `${api === 'transcription' ? "import { createReadStream } from 'node:fs'\n" : ''}import OpenAI from 'openai'

const client = new OpenAI({ baseURL: ${JSON.stringify(baseUrl)}, apiKey: process.env.OPENAI_API_KEY ?? 'none' })
const answer = await client.${METHODS[api]}(${toJs(body)})
${JS_ENDS[endOf(api, body)]}
`,
  python: ({ baseUrl, api, body }) => `import os

from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(baseUrl)}, api_key=os.environ.get("OPENAI_API_KEY", "none"))
answer = client.${METHODS[api]}(
${Object.entries(body)
  .map(([name, value]) => `    ${name}=${toPython(value, 1)},`)
  .join('\n')}
)
${PYTHON_ENDS[endOf(api, body)]}
`,
}

const endOf = (api: PlayApi, body: SnippetRequest['body']): keyof typeof JS_ENDS =>
  (api === 'chat' || api === 'responses') && body.stream === true ? `${api}Stream` : api

const METHODS = {
  chat: 'chat.completions.create',
  responses: 'responses.create',
  images: 'images.generate',
  speech: 'audio.speech.create',
  transcription: 'audio.transcriptions.create',
} as const satisfies Record<PlayApi, string>

/** Returns curl's flags. For speech, curl then saves speech.wav, and exits with 22 on an error. */
const curlFlags = (api: PlayApi, body: SnippetRequest['body']): string =>
  api === 'speech' ? '-sS --fail-with-body -o speech.wav' : `-sS${body.stream === true ? 'N' : ''}`

const toCurlJson = (body: SnippetRequest['body']): string => `  -H 'Content-Type: application/json' \\
  --data-binary @- <<'JSON'
${JSON.stringify(body, null, 2)}
JSON`

/** Formats form fields for curl. Texts use `--form-string`: `-F` would read `@name` as a file. */
const toCurlForm = (body: SnippetRequest['body']): string =>
  Object.entries(body)
    .map(([name, value]) =>
      value instanceof File
        ? `  -F ${quoteForShell(`${name}=@"${value.name.replaceAll(/["\\]/g, '\\$&')}"`)}`
        : `  --form-string ${quoteForShell(`${name}=${value}`)}`,
    )
    .join(' \\\n')

const quoteForShell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Formats a request body as JavaScript source, with the file of a transcription first. */
function toJs({ file, ...rest }: SnippetRequest['body']): string {
  const text = JSON.stringify(rest, null, 2)
  return file instanceof File ? `{\n  "file": createReadStream(${JSON.stringify(file.name)}),${text.slice(1)}` : text
}

const JS_ENDS = {
  chat: 'const { content, tool_calls: calls } = answer.choices[0].message\nconsole.log(content ?? calls)',
  chatStream: `for await (const { choices } of answer) {
  const delta = choices[0]?.delta
  process.stdout.write(delta?.content ?? (delta?.tool_calls ? JSON.stringify(delta.tool_calls) : ''))
}
console.log()`,
  images: `const { writeFileSync } = await import('node:fs')
for (const [index, { b64_json: base64 }] of answer.data.entries()) {
  const name = \`image-\${index + 1}.\${answer.output_format ?? 'png'}\`
  writeFileSync(name, Buffer.from(base64, 'base64'))
  console.log(name)
}`,
  responses: 'console.log(answer.output_text || answer.output)',
  responsesStream: `for await (const event of answer) {
  if (event.type === 'response.output_text.delta') process.stdout.write(event.delta)
  if (event.type === 'response.output_item.done' && event.item.type === 'function_call') console.log(event.item)
}
console.log()`,
  speech: `const { writeFileSync } = await import('node:fs')
writeFileSync('speech.wav', Buffer.from(await answer.arrayBuffer()))
console.log('speech.wav')`,
  transcription: 'console.log(answer.text)',
} as const

const PYTHON_ENDS = {
  chat: 'message = answer.choices[0].message\nprint(message.content or message.tool_calls)',
  chatStream: `for chunk in answer:
    if chunk.choices:
        delta = chunk.choices[0].delta
        print(delta.content or delta.tool_calls or "", end="", flush=True)
print()`,
  images: `import base64

for index, image in enumerate(answer.data):
    name = f"image-{index + 1}.{answer.output_format or 'png'}"
    with open(name, "wb") as file:
        file.write(base64.b64decode(image.b64_json))
    print(name)`,
  responses: 'print(answer.output_text or answer.output)',
  responsesStream: `for event in answer:
    if event.type == "response.output_text.delta":
        print(event.delta, end="", flush=True)
    if event.type == "response.output_item.done" and event.item.type == "function_call":
        print(event.item)
print()`,
  speech: 'answer.write_to_file("speech.wav")\nprint("speech.wav")',
  transcription: 'print(answer.text)',
} as const

/** Formats a JSON value or a file as a Python expression. @param depth - the indentation level */
function toPython(value: unknown, depth: number): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (value instanceof File) return `open(${JSON.stringify(value.name)}, "rb")`
  if (typeof value !== 'object') return JSON.stringify(value)
  const isList = Array.isArray(value)
  const members = isList
    ? value.map((each) => toPython(each, depth + 1))
    : Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${toPython(each, depth + 1)}`)
  const [open, close] = isList ? '[]' : '{}'
  if (members.length === 0) return `${open}${close}`
  const indent = '    '.repeat(depth)
  return `${open}\n${members.map((member) => `${indent}    ${member},\n`).join('')}${indent}${close}`
}
