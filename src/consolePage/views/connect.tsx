import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { CodeBlock, CopyButton, Heading, RadioRow } from '../parts/basics.js'
import { chatModel, chatModels } from '../playground/send.js'
import { say } from '../state/language.js'
import { serverUrl } from '../state/route.js'
import { CLIENTS, type ClientName } from './clients.js'

/** The view with setup instructions for clients, which contain the URL of this server. */
export function Connect(): JSX.Element {
  const client = useSignal<ClientName>('curl')
  const model = useSignal('')
  const baseUrl = `${serverUrl()}/v1`
  const chosen = model.value || chatModel.value
  const { steps, code } = CLIENTS[client.value]
  // The cast restores the type of the client names: Object.entries returns them as `string`.
  const names = Object.entries(CLIENTS).map(([name, { title }]) => [name as ClientName, title] as const)
  return (
    <>
      <Heading
        title={say('Connect', '接入')}
        about={say(
          'Any client of OpenAI works: give it the base URL, and one of the tokens in AUTH_TOKEN as the API key.',
          '任何 OpenAI 客户端均可使用：填写 base URL，API 密钥填 AUTH_TOKEN 中的任一令牌。',
        )}
      />
      <p class="base-url">
        <span>{say('Base URL', 'Base URL')}</span>
        <code>{baseUrl}</code>
        <CopyButton text={() => baseUrl} />
      </p>
      <div class="filters">
        <label>
          <span>{say('Model', '模型')}</span>
          <select value={chosen} onChange={(event) => (model.value = event.currentTarget.value)}>
            {chatModels.value.map(({ id }) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </select>
        </label>
      </div>
      <RadioRow
        name="client"
        label={say('Client', '客户端')}
        options={names}
        value={client.value}
        onChange={(name) => (client.value = name)}
      />
      <p>{say(steps.en, steps.zh)}</p>
      <CodeBlock code={code({ baseUrl, model: chosen })} label={CLIENTS[client.value].title} />
    </>
  )
}
