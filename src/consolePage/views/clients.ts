import type { Bilingual } from '../../contract/language.js'

/** Setup instructions for one client program. */
interface ClientSetup {
  readonly title: string
  readonly steps: Bilingual
  /** Returns the code or settings to copy. @param target - base URL of this server, and a model */
  code(target: { readonly baseUrl: string; readonly model: string }): string
}

const ENVIRONMENT: Bilingual = {
  en: 'Set OPENAI_API_KEY to one of the tokens in AUTH_TOKEN, then run:',
  zh: '将 OPENAI_API_KEY 设为 AUTH_TOKEN 中的任一令牌，然后运行：',
}
const fields = (baseUrl: string, model: string): string => `API URL:  ${baseUrl}\nAPI Key:  <AUTH_TOKEN>\nModel:    ${model}\n`

/** Setup instructions for the clients of the view `connect`, in display order. */
export const CLIENTS = {
  curl: {
    title: 'curl',
    steps: ENVIRONMENT,
    code: ({ baseUrl, model }) => `curl '${baseUrl}/chat/completions' \\
  -H "Authorization: Bearer $OPENAI_API_KEY" \\
  -H 'Content-Type: application/json' \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'
`,
  },
  python: {
    title: 'Python',
    steps: { en: `pip install openai. ${ENVIRONMENT.en}`, zh: `pip install openai。${ENVIRONMENT.zh}` },
    code: ({ baseUrl, model }) => `from openai import OpenAI

client = OpenAI(base_url="${baseUrl}")
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)
`,
  },
  js: {
    title: 'JavaScript',
    steps: { en: `npm i openai. ${ENVIRONMENT.en}`, zh: `npm i openai。${ENVIRONMENT.zh}` },
    code: ({ baseUrl, model }) => `import OpenAI from 'openai'

const client = new OpenAI({ baseURL: '${baseUrl}' })
const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
})
console.log(answer.choices[0].message.content)
`,
  },
  langchain: {
    title: 'LangChain',
    steps: { en: `pip install langchain-openai. ${ENVIRONMENT.en}`, zh: `pip install langchain-openai。${ENVIRONMENT.zh}` },
    code: ({ baseUrl, model }) => `from langchain_openai import ChatOpenAI, OpenAIEmbeddings

chat = ChatOpenAI(base_url="${baseUrl}", model="${model}")
print(chat.invoke("Hello").content)

embeddings = OpenAIEmbeddings(base_url="${baseUrl}", model="gemini-embedding-001", check_embedding_ctx_length=False)
`,
  },
  codex: {
    title: 'Codex',
    steps: {
      en: 'In ~/.codex/config.toml; then run GEMINI_PROXY_TOKEN=<AUTH_TOKEN> codex',
      zh: '写入 ~/.codex/config.toml，然后运行 GEMINI_PROXY_TOKEN=<AUTH_TOKEN> codex',
    },
    code: ({ baseUrl, model }) => `model = "${model}"
model_provider = "gemini"
model_context_window = 1048576

[model_providers.gemini]
name = "Gemini Proxy"
base_url = "${baseUrl}"
env_key = "GEMINI_PROXY_TOKEN"
wire_api = "responses"
`,
  },
  cherry: {
    title: 'Cherry Studio',
    steps: { en: 'Settings → Model Provider → Add, with the type OpenAI. Enter:', zh: '设置 → 模型服务 → 添加，类型选择 OpenAI。填写：' },
    code: ({ baseUrl, model }) => fields(baseUrl, model),
  },
  openwebui: {
    title: 'Open WebUI',
    steps: {
      en: 'Admin Panel → Settings → Connections → OpenAI API → Add. Enter:',
      zh: '管理员面板 → 设置 → 外部连接 → OpenAI API → 添加。填写：',
    },
    code: ({ baseUrl, model }) => fields(baseUrl, model),
  },
  aisdk: {
    title: 'AI SDK',
    steps: { en: `npm i ai @ai-sdk/openai. ${ENVIRONMENT.en}`, zh: `npm i ai @ai-sdk/openai。${ENVIRONMENT.zh}` },
    code: ({ baseUrl, model }) => `import { createOpenAI } from '@ai-sdk/openai'
import { generateText } from 'ai'

const gemini = createOpenAI({ baseURL: '${baseUrl}' })
const { text } = await generateText({
  model: gemini('${model}'),
  providerOptions: { openai: { store: false } },
  prompt: 'Hello',
})
console.log(text)
`,
  },
} as const satisfies Record<string, ClientSetup>

/** The name of a client in {@link CLIENTS}. */
export type ClientName = keyof typeof CLIENTS
