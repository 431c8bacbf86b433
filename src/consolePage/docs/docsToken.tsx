import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { Badge } from '../parts/basics.js'
import { say } from '../state/language.js'
import { apiToken } from '../state/session.js'
import { areModelsListed, health, modelListFailure } from './server.js'

/** Form for the API token, which the model list and Swagger UI's requests need. */
export function DocsToken(): JSX.Element | null {
  const input = useRef<HTMLInputElement>(null)
  const isEmpty = useSignal(true)
  if (health.value?.auth === false) return null
  const submit = (event: Event): void => {
    event.preventDefault()
    apiToken.value = input.current?.value.trim() ?? ''
  }
  const forget = (): void => {
    apiToken.value = ''
    isEmpty.value = true
  }
  if (apiToken.value !== '' && areModelsListed.value)
    return (
      <p class="token-field">
        <Badge tone="ok">{say('Token accepted', '令牌有效')}</Badge>
        <button type="button" class="small" onClick={forget}>
          {say('Forget it', '清除')}
        </button>
      </p>
    )
  return (
    <form class="token-field" onSubmit={submit}>
      <label for="api-token">{say('Token', '令牌')}</label>
      <input
        id="api-token"
        ref={input}
        type="password"
        autocomplete="off"
        spellcheck={false}
        aria-describedby="api-token-note"
        onInput={(event) => (isEmpty.value = event.currentTarget.value.trim() === '')}
      />
      <button type="submit" disabled={isEmpty.value}>
        {say('Use this token', '使用此令牌')}
      </button>
      <p id="api-token-note" class="note">
        {say(
          'For the list of models and for “Try it out”. It is not stored: after a reload, enter it again.',
          '用于获取模型列表和使用“Try it out”。不会存储，刷新后需重新输入。',
        )}
      </p>
      <div role="alert" class="problem">
        {modelListFailure.value === undefined ? '' : failureText(modelListFailure.value)}
      </div>
    </form>
  )
}

function failureText({ status, message }: { readonly status: number; readonly message: string }): string {
  if (status === 401) return say('The server does not accept this token.', '服务器不接受此令牌。')
  if (status === 0) return say('The server cannot be reached.', '无法连接服务器。')
  return message
}
