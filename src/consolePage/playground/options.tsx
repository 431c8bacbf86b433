import type { Signal } from '@preact/signals'
import type { JSX } from 'preact'
import { RadioRow } from '../parts/basics.js'
import { statusFeed } from '../state/feeds.js'
import { say } from '../state/language.js'
import { apiToken } from '../state/session.js'
import { AudioFields } from './audioFields.js'
import { isImageModel, takesConversation } from './body.js'
import { clearConversation, parseSchema, parseTools, playground, playModel, playModels } from './send.js'

/** The form for the options of the playground's requests. */
export function PlayOptionsForm(): JSX.Element {
  const levels = playModels.value.find(({ id }) => id === playModel.value)?.levels ?? []
  const apis = [
    ['chat', say('Chat', '对话')],
    ['responses', 'Responses'],
    ['images', say('Images', '图片')],
    ['speech', say('Speech', '语音合成')],
    ['transcription', say('Transcription', '语音转写')],
  ] as const
  const api = playground.api.value
  return (
    <form class="play-options" onSubmit={(event) => event.preventDefault()}>
      <RadioRow
        name="api"
        label={say('API', 'API')}
        options={apis}
        value={api}
        onChange={(chosen) => {
          clearConversation()
          playground.api.value = chosen
        }}
      />
      {statusFeed.data.value?.auth === false ? null : <TokenField />}
      <label>
        <span>{say('Model', '模型')}</span>
        <select value={playModel.value} onChange={(event) => (playground.model.value = event.currentTarget.value)}>
          {playModels.value.map(({ id }) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </select>
      </label>
      {isImageModel(playModel.value) ? <ImageChoices /> : null}
      {takesConversation(api) ? <ChatFields levels={levels} /> : null}
      <AudioFields api={api} />
    </form>
  )
}

/** The form fields for the aspect ratio and size of generated images. */
function ImageChoices(): JSX.Element {
  return (
    <>
      <Choice
        value={playground.shape}
        label={say('Shape of images', '图片比例')}
        options={['1:1', '3:2', '2:3', '4:3', '3:4', '16:9', '9:16', '21:9']}
      />
      <Choice value={playground.size} label={say('Size of images', '图片尺寸')} options={['1K', '2K', '4K']} />
    </>
  )
}

interface ChoiceProps {
  readonly value: Signal<string>
  readonly label: string
  readonly options: readonly string[]
}

function Choice({ value, label, options }: ChoiceProps): JSX.Element {
  return (
    <label>
      <span>{label}</span>
      <select value={value.value} onChange={(event) => (value.value = event.currentTarget.value)}>
        <option value="">{say("the model's default", '模型默认')}</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  )
}

/** The form fields of both chat APIs: thinking effort, system text, stream, tools, JSON schema. */
function ChatFields({ levels }: { readonly levels: readonly string[] }): JSX.Element {
  return (
    <>
      <label>
        <span>{say('Reasoning effort', '思考档位')}</span>
        <select
          value={playground.effort.value}
          disabled={levels.length === 0}
          onChange={(event) => (playground.effort.value = event.currentTarget.value)}
        >
          <option value="">{say("the model's default", '模型默认')}</option>
          {levels.map((level) => (
            <option key={level} value={level}>
              {level}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{say('System text', '系统提示')}</span>
        <textarea rows={3} value={playground.system.value} onInput={(event) => (playground.system.value = event.currentTarget.value)} />
      </label>
      <Tick value={playground.isStreamed} label={say('Stream the answer', '流式响应')} />
      <Tick value={playground.hasTools} label={say('Offer tools', '提供工具')} />
      {playground.hasTools.value ? (
        <JsonField text={playground.toolsText} label={say('Function tools (JSON)', '函数工具（JSON）')} parse={parseTools} />
      ) : null}
      <Tick value={playground.hasSchema} label={say('Answer as JSON', '以 JSON 回答')} />
      {playground.hasSchema.value ? (
        <JsonField text={playground.schemaText} label={say('JSON schema', 'JSON schema')} parse={parseSchema} />
      ) : null}
    </>
  )
}

function TokenField(): JSX.Element {
  return (
    <label>
      <span>{say('API token', 'API 令牌')}</span>
      <input
        type="password"
        autocomplete="off"
        spellcheck={false}
        value={apiToken.value}
        onInput={(event) => (apiToken.value = event.currentTarget.value.trim())}
      />
      <small class="note">{say('One of the tokens in AUTH_TOKEN; a reload clears it.', 'AUTH_TOKEN 中的任一令牌；刷新页面后清除。')}</small>
    </label>
  )
}

function Tick({ value, label }: { readonly value: Signal<boolean>; readonly label: string }): JSX.Element {
  return (
    <label class="tick">
      <input type="checkbox" checked={value.value} onChange={(event) => (value.value = event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  )
}

interface JsonFieldProps {
  readonly text: Signal<string>
  readonly label: string
  parse(text: string): unknown
}

function JsonField({ text, label, parse }: JsonFieldProps): JSX.Element {
  const problem = readParseError(text.value, parse)
  return (
    <label>
      <span>{label}</span>
      <textarea
        class="json"
        rows={9}
        spellcheck={false}
        aria-invalid={problem !== undefined}
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <small class="problem" role="status">
        {problem === undefined ? '' : `${say('Not valid', '无效')}: ${problem}`}
      </small>
    </label>
  )
}

/** Returns why `parse` refuses the text: the message of its error; undefined if it succeeds. */
export function readParseError(text: string, parse: (text: string) => unknown): string | undefined {
  try {
    parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
