import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { Icon } from '../parts/icon.js'
import { say } from '../state/language.js'
import { type PlayApi, takesConversation } from './body.js'
import { ImageView } from './conversation.js'
import { readParseError } from './options.js'
import { playground, readPlayOptions, sendTurns, stopAnswer, turnsWithDraft } from './send.js'

/** Size limit of an added image, in bytes; as Base64, 2/3 of Function Compute's request limit. */
const MAX_IMAGE_BYTES = 16 * 2 ** 20

/** The form in which the user writes a message and adds images or a recording. */
export function Composer(): JSX.Element {
  const isRunning = playground.live.value !== undefined
  const api = playground.api.value
  const name = messageName(api)
  const problem = useSignal<string | undefined>(undefined)
  const send = (event: Event): void => {
    event.preventDefault()
    if (isRunning) return
    if (turnsWithDraft.value === playground.turns.value) {
      if (api === 'transcription') problem.value = say('Choose a recording.', '请选择录音文件。')
      return
    }
    problem.value = readParseError('', readPlayOptions)
    if (problem.value === undefined) void sendTurns(turnsWithDraft.value)
  }
  const sendOnEnter = (event: KeyboardEvent): void => {
    // Enter must not send while an input method composes text: it then selects a candidate.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send(event)
  }
  return (
    <form class="composer" onSubmit={send}>
      <label>
        <span class="hidden">{name}</span>
        <textarea
          rows={3}
          placeholder={say(`${name}. Enter sends, Shift+Enter starts a new line.`, `${name}。Enter 发送，Shift+Enter 换行。`)}
          value={playground.draft.value}
          onInput={(event) => (playground.draft.value = event.currentTarget.value)}
          onKeyDown={sendOnEnter}
        />
      </label>
      {takesConversation(api) ? <Images /> : null}
      <div class="composer-actions">
        {takesConversation(api) ? <ImageInputs problem={(text) => (problem.value = text)} /> : null}
        {api === 'transcription' ? <RecordingInput /> : null}
        {isRunning ? (
          <button type="button" class="primary stop" onClick={stopAnswer}>
            <Icon name="stop" />
            {say('Stop', '停止')}
          </button>
        ) : (
          <button type="submit" class="primary">
            <Icon name="send" />
            {say('Send', '发送')}
          </button>
        )}
      </div>
      <p class="problem" role="alert">
        {problem.value}
      </p>
    </form>
  )
}

/** Returns the label of the message field, which depends on the chosen API. */
function messageName(api: PlayApi): string {
  if (api === 'speech') return say('Text to speak', '要朗读的文本')
  return api === 'transcription' ? say('Prompt (optional)', '提示（可选）') : say('Message', '消息')
}

/** The file field for the recording to transcribe. */
function RecordingInput(): JSX.Element {
  const file = useRef<HTMLInputElement>(null)
  const name = playground.recording.value?.name
  const choose = (): void => {
    playground.recording.value = file.current?.files?.[0]
    if (file.current !== null) file.current.value = ''
  }
  return (
    <div class="image-inputs">
      <button type="button" class="small" onClick={() => file.current?.click()}>
        {say('Recording', '录音')}
      </button>
      <input ref={file} type="file" accept="audio/*,video/mp4,video/webm" hidden onChange={choose} />
      {name === undefined ? null : <code class="image-url">{name}</code>}
    </div>
  )
}

function Images(): JSX.Element | null {
  if (playground.images.value.length === 0) return null
  return (
    <ul class="images">
      {playground.images.value.map((image, index) => (
        <li key={image}>
          <ImageView image={image} />
          <button
            type="button"
            class="plain"
            aria-label={say(`Remove image ${index + 1}`, `移除图片 ${index + 1}`)}
            onClick={() => (playground.images.value = playground.images.value.toSpliced(index, 1))}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  )
}

function ImageInputs({ problem }: { problem(text: string | undefined): void }): JSX.Element {
  const file = useRef<HTMLInputElement>(null)
  const isAddingUrl = useSignal(false)
  const addFiles = async (): Promise<void> => {
    const files = [...(file.current?.files ?? [])]
    problem(files.some(({ size }) => size > MAX_IMAGE_BYTES) ? say('An image is larger than 16 MB.', '图片超过 16 MB。') : undefined)
    for (const each of files.filter(({ size }) => size <= MAX_IMAGE_BYTES)) addImage(await readAsDataUri(each))
    if (file.current !== null) file.current.value = ''
  }
  const addUrl = (input: HTMLInputElement): void => {
    const url = input.value.trim()
    const isUrl = /^(https?:\/\/|data:image\/)/.test(url)
    problem(isUrl ? undefined : say('Enter a URL that begins with https://.', '请输入以 https:// 开头的 URL。'))
    if (!isUrl) return
    addImage(url)
    isAddingUrl.value = false
  }
  return (
    <div class="image-inputs">
      <button type="button" class="small" onClick={() => file.current?.click()}>
        <Icon name="image" />
        {say('Image', '图片')}
      </button>
      <input ref={file} type="file" accept="image/*" multiple hidden onChange={addFiles} />
      {isAddingUrl.value ? (
        <input
          type="url"
          aria-label={say('URL of an image; Enter adds it', '图片 URL，按 Enter 添加')}
          placeholder="https://…"
          ref={(input) => input?.focus()}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            addUrl(event.currentTarget)
          }}
        />
      ) : (
        <button type="button" class="small" onClick={() => (isAddingUrl.value = true)}>
          {say('Image URL', '图片 URL')}
        </button>
      )}
    </div>
  )
}

function addImage(image: string): void {
  if (!playground.images.value.includes(image)) playground.images.value = [...playground.images.value, image]
}

const readAsDataUri = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
