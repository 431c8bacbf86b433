import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Notice } from '../parts/basics.js'
import { saveBlob, saveImage } from '../parts/download.js'
import { explain } from '../state/explain.js'
import { formatCount, formatMs } from '../state/format.js'
import { say } from '../state/language.js'
import { playground, sendTurns } from './send.js'
import type { AnswerTurn, PlayCall, PlayImage, ToolResultsTurn, Turn, UserTurn } from './turns.js'

/** Shows the turns of the conversation. Model output is shown as text: it must not inject HTML. */
export function ConversationView(): JSX.Element {
  const turns = playground.turns.value
  const live = playground.live.value
  return (
    <div class="conversation" role="log" aria-label={say('Conversation', '对话')} aria-busy={live !== undefined}>
      {turns.length === 0 && live === undefined ? (
        <p class="empty">
          {say(
            'Write a message below. Requests go to this server, like those of your clients.',
            '在下方输入消息。请求会像客户端一样发送到当前服务器。',
          )}
        </p>
      ) : null}
      {turns.map((turn, index) => (
        <TurnView key={index} turn={turn} isLast={index === turns.length - 1 && live === undefined} />
      ))}
      {live === undefined ? null : <AnswerView turn={live} isLive isLast={false} />}
    </div>
  )
}

function TurnView({ turn, isLast }: { readonly turn: Turn; readonly isLast: boolean }): JSX.Element {
  if (turn.role === 'user') return <UserView turn={turn} />
  if (turn.role === 'tool') return <ResultsView turn={turn} />
  return <AnswerView turn={turn} isLive={false} isLast={isLast} />
}

function UserView({ turn }: { readonly turn: UserTurn }): JSX.Element {
  return (
    <article class="turn user" aria-label={say('You', '你')}>
      {turn.images.map((image) => (
        <ImageView key={image} image={image} />
      ))}
      {turn.recording === undefined ? null : <code class="image-url">{turn.recording.name}</code>}
      <p class="text">{turn.text}</p>
    </article>
  )
}

/** Shows an image of a message; a remote URL as text, so that the page calls no other server. */
export function ImageView({ image }: { readonly image: string }): JSX.Element {
  if (image.startsWith('data:')) return <img src={image} alt={say('Image of the message', '消息中的图片')} />
  return <code class="image-url">{image}</code>
}

function ResultsView({ turn }: { readonly turn: ToolResultsTurn }): JSX.Element {
  return (
    <article class="turn user" aria-label={say('Results of the tools', '工具结果')}>
      {turn.results.map(({ call, output }) => (
        <p key={call.id} class="text">
          <code>{call.name}</code> → {output}
        </p>
      ))}
    </article>
  )
}

function AnswerView({ turn, isLive, isLast }: { turn: AnswerTurn; isLive: boolean; isLast: boolean }): JSX.Element {
  const isWaiting = isLive && turn.text === '' && turn.calls.length === 0 && turn.images.length === 0 && turn.audio === undefined
  return (
    <article class="turn answer" aria-label={say('Answer', '回答')}>
      {turn.reasoning === '' ? null : (
        <details class="reasoning" open>
          <summary>{say('Reasoning', '思考')}</summary>
          <p class="text">{splitHeadings(turn.reasoning)}</p>
        </details>
      )}
      {turn.text === '' ? null : <p class={isLive ? 'text live' : 'text'}>{turn.text}</p>}
      {isWaiting ? <p class="note waiting">{say('Waiting for the model…', '等待模型响应…')}</p> : null}
      {turn.images.map((image, index) => (
        <MadeImage key={index} image={image} number={index + 1} />
      ))}
      {turn.audio === undefined ? null : <MadeSound sound={turn.audio} />}
      {turn.calls.map((call) => (
        <div key={call.id} class="call">
          <b>{call.name}</b>
          <code>{call.arguments}</code>
        </div>
      ))}
      {turn.failure === undefined ? null : <AnswerFailure turn={turn} isLast={isLast} />}
      {isLast && turn.calls.length > 0 && turn.failure === undefined && !turn.isStopped ? <ResultsForm calls={turn.calls} /> : null}
      {isLive ? null : <Figures turn={turn} />}
    </article>
  )
}

/** A generated image with a button to save it. */
function MadeImage({ image: { url }, number }: { readonly image: PlayImage; readonly number: number }): JSX.Element {
  return (
    <figure class="made">
      <img src={url} alt={say(`Generated image ${number}`, `生成的图片 ${number}`)} />
      <button type="button" class="small" onClick={() => saveImage(`image-${number}`, url)}>
        {say(`Save image ${number}`, `保存图片 ${number}`)}
      </button>
    </figure>
  )
}

/** Generated speech with a player and a button to save it. */
function MadeSound({ sound }: { readonly sound: Blob }): JSX.Element {
  const url = useSignal('')
  useEffect(() => {
    const made = URL.createObjectURL(sound)
    url.value = made
    return () => URL.revokeObjectURL(made)
  }, [sound])
  return (
    <figure class="made">
      {/* biome-ignore lint/a11y/useMediaCaption: the text of the speech is the message above it */}
      {url.value === '' ? null : <audio controls src={url.value} aria-label={say('Generated speech', '合成的语音')} />}
      <button type="button" class="small" onClick={() => saveBlob('speech.wav', sound)}>
        {say('Save the speech', '保存语音')}
      </button>
    </figure>
  )
}

/** Shows each line of a thought summary that is enclosed in `**` as a heading. */
const splitHeadings = (reasoning: string): (string | JSX.Element)[] =>
  reasoning
    .trim()
    .split(/^\*\*([^*\n]+)\*\*$/m)
    .map((part, index) => (index % 2 === 0 ? part.trim() : <b key={index}>{part}</b>))

function AnswerFailure({ turn, isLast }: { readonly turn: AnswerTurn; readonly isLast: boolean }): JSX.Element {
  const { failure } = turn
  const explanation = explain(failure?.code)
  const noServer = say('The server cannot be reached, or it closed the connection.', '无法连接服务器，或服务器关闭了连接。')
  return (
    <div role="alert">
      <Notice tone="failed" title={failure?.status === 0 ? noServer : (explanation?.cause ?? say('The request failed.', '请求失败。'))}>
        <p>
          {failure?.status === 401
            ? say('Enter a valid API token in the options.', '请在“选项”中输入有效的 API 令牌。')
            : explanation?.nextStep}
        </p>
        <p class="note">
          <code>{[failure?.status === 200 ? '' : failure?.status, failure?.code].filter(Boolean).join(' ')}</code> {failure?.message}{' '}
          {failure?.requestId}
        </p>
        {isLast ? (
          <button type="button" class="small" onClick={() => sendTurns(playground.turns.value.slice(0, -1))}>
            {say('Try again', '重试')}
          </button>
        ) : null}
      </Notice>
    </div>
  )
}

function Figures({ turn }: { readonly turn: AnswerTurn }): JSX.Element {
  const { tokens, firstContentMs, totalMs, finishReason, isStopped } = turn
  const figures = [
    isStopped ? say('stopped', '已停止') : finishReason,
    firstContentMs === undefined ? '' : say(`first byte ${formatMs(firstContentMs)}`, `首字节 ${formatMs(firstContentMs)}`),
    say(`total ${formatMs(totalMs)}`, `总计 ${formatMs(totalMs)}`),
    tokens === undefined
      ? ''
      : say(
          `${formatCount(tokens.prompt)} → ${formatCount(tokens.completion)} tokens`,
          `${formatCount(tokens.prompt)} → ${formatCount(tokens.completion)} token`,
        ),
    tokens?.reasoning ? say(`${formatCount(tokens.reasoning)} for reasoning`, `思考 ${formatCount(tokens.reasoning)}`) : '',
    tokens?.cached ? say(`${formatCount(tokens.cached)} cached`, `缓存 ${formatCount(tokens.cached)}`) : '',
    turn.requestId,
  ]
  return <p class="figures">{figures.filter(Boolean).join(' · ')}</p>
}

function ResultsForm({ calls }: { readonly calls: readonly PlayCall[] }): JSX.Element {
  const outputs = useSignal(calls.map(() => '{"result": "ok"}'))
  const submit = (event: Event): void => {
    event.preventDefault()
    void sendTurns([
      ...playground.turns.value,
      { role: 'tool', results: calls.map((call, index) => ({ call, output: outputs.value[index] ?? '' })) },
    ])
  }
  return (
    <form class="results" onSubmit={submit}>
      {calls.map((call, index) => (
        <label key={call.id}>
          <span>{say(`Result of ${call.name}`, `${call.name} 的结果`)}</span>
          <textarea
            class="json"
            rows={2}
            value={outputs.value[index]}
            onInput={(event) => (outputs.value = outputs.value.with(index, event.currentTarget.value))}
          />
        </label>
      ))}
      <button type="submit" class="small">
        {say('Send the results', '发送结果')}
      </button>
    </form>
  )
}
