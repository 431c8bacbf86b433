import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { CodeBlock, CopyButton, RadioRow } from '../parts/basics.js'
import { Logo } from '../parts/icon.js'
import { Switches } from '../parts/switches.js'
import type { PlayApi } from '../playground/body.js'
import { SNIPPETS, type SnippetLanguage } from '../playground/snippets.js'
import { say } from '../state/language.js'
import { DocsToken } from './docsToken.js'
import { ModelLists } from './modelLists.js'
import { baseUrl, currentChatModels, docsServerUrl, health } from './server.js'

/** The guide above the API reference: base URL, token, example code and models. */
export function Guide(): JSX.Element {
  return (
    <>
      <Bar />
      <section class="guide" aria-labelledby="guide-title">
        <h1 id="guide-title">{say('API reference', 'API 参考')}</h1>
        <p class="about">
          {say(
            'OpenAI clients use Google Gemini after a change of base URL, API key and model.',
            'OpenAI 客户端只需更换 base URL、API 密钥和模型，即可使用 Google Gemini。',
          )}
        </p>
        <p class="base-url">
          <span>Base URL</span>
          <code>{baseUrl}</code>
          <CopyButton text={() => baseUrl} />
        </p>
        <DocsToken />
        <Example />
        <ModelLists />
        <h2>{say('Operations', '接口')}</h2>
        <p class="note">
          {say(
            'Open an operation and choose “Try it out” to send it. Swagger UI shows a streamed response when it is complete.',
            '展开接口并点击“Try it out”即可发送请求。以下内容仅提供英文；流式响应结束后，Swagger UI 才会显示。',
          )}
          {hasConsole() ? (
            <>
              {' '}
              <a href={`${docsServerUrl}/console#/playground`}>
                {say('The playground of the console shows a streamed response as it arrives.', '控制台的试用页面可实时显示流式响应。')}
              </a>
            </>
          ) : null}
        </p>
      </section>
    </>
  )
}

const hasConsole = (): boolean => health.value?.features.includes('console') === true

function Bar(): JSX.Element {
  return (
    <header class="top">
      <span class="brand">
        <Logo />
        Gemini Proxy
        {health.value === undefined ? null : <span class="version">v{health.value.version}</span>}
      </span>
      <nav aria-label={say('Pages', '页面')}>
        {hasConsole() ? <a href={`${docsServerUrl}/console`}>{say('Console', '控制台')}</a> : null}
        <a href={`${docsServerUrl}/openapi.json`}>openapi.json</a>
      </nav>
      <Switches />
    </header>
  )
}

const LANGUAGES = [
  ['curl', 'curl'],
  ['python', 'Python'],
  ['js', 'JavaScript'],
] as const satisfies readonly (readonly [SnippetLanguage, string])[]
const APIS = [
  ['chat', 'Chat Completions'],
  ['responses', 'Responses'],
] as const satisfies readonly (readonly [PlayApi, string])[]

/** Example code for a first request, with choices of language, API, model and streaming. */
function Example(): JSX.Element {
  const language = useSignal<SnippetLanguage>('curl')
  const api = useSignal<PlayApi>('chat')
  const isStreamed = useSignal(true)
  const chosen = useSignal('')
  const model = currentChatModels.value.find(({ id }) => id === chosen.value) ?? defaultModel()
  const body = {
    model: model?.id ?? '',
    ...(api.value === 'chat' ? { messages: [{ role: 'user', content: 'Hello' }] } : { input: 'Hello' }),
    ...(isStreamed.value ? { stream: true } : {}),
  }
  return (
    <section class="card example" aria-labelledby="example-title">
      <h2 id="example-title">{say('First request', '第一个请求')}</h2>
      <div class="choices">
        <RadioRow
          name="snippet"
          label={say('Code', '代码')}
          options={LANGUAGES}
          value={language.value}
          onChange={(name) => (language.value = name)}
        />
        <RadioRow name="api" label="API" options={APIS} value={api.value} onChange={(name) => (api.value = name)} />
        <label>
          <span class="hidden">{say('Model', '模型')}</span>
          <select value={model?.id} onChange={(event) => (chosen.value = event.currentTarget.value)}>
            {currentChatModels.value.map(({ id }) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </select>
        </label>
        <label class="tick">
          <input type="checkbox" checked={isStreamed.value} onChange={(event) => (isStreamed.value = event.currentTarget.checked)} />
          <span>{say('Stream', '流式')}</span>
        </label>
      </div>
      <p class="note">{preparation(language.value)}</p>
      <CodeBlock
        code={SNIPPETS[language.value]({ baseUrl, api: api.value, body })}
        label={say('Code of the first request', '第一个请求的代码')}
      />
    </section>
  )
}

/** Returns the newest Flash chat model, or else the first chat model. */
const defaultModel = () => currentChatModels.value.find(({ id }) => id.endsWith('-flash')) ?? currentChatModels.value[0]

function preparation(language: SnippetLanguage): string {
  const install = { curl: '', python: 'pip install openai', js: 'npm i openai' }[language]
  const token =
    health.value?.auth === false
      ? say('This server needs no token.', '此服务器不需要令牌。')
      : say('Set OPENAI_API_KEY to your token.', '将 OPENAI_API_KEY 设为你的令牌。')
  return install === '' ? token : say(`${install}. ${token}`, `${install}。${token}`)
}
