import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { CodeBlock, Heading, RadioRow } from '../parts/basics.js'
import { say } from '../state/language.js'
import { serverUrl } from '../state/route.js'
import { makeBody } from './body.js'
import { Composer } from './composer.js'
import { ConversationView } from './conversation.js'
import { PlayOptionsForm, readParseError } from './options.js'
import { clearConversation, playground, readPlayOptions, turnsWithDraft } from './send.js'
import { SNIPPETS, type SnippetLanguage } from './snippets.js'

/** The view in which operators try models through this server. */
export function Playground(): JSX.Element {
  const end = useRef<HTMLDivElement>(null)
  const { length } = playground.turns.value
  useEffect(() => {
    if (length > 0) end.current?.scrollIntoView({ block: 'nearest' })
  }, [length])
  return (
    <>
      <Heading
        title={say('Playground', '试用')}
        about={say(
          'Chat with the models, with tools, images and JSON answers, generate speech and transcripts, and copy the request as code.',
          '与模型对话，支持工具、图片与 JSON 回答；也可合成或转写语音，并可将请求复制为代码。',
        )}
      >
        <button type="button" disabled={length === 0} onClick={clearConversation}>
          {say('New conversation', '新对话')}
        </button>
      </Heading>
      <div class="playground">
        <details class="card" open={matchMedia('(min-width: 60rem)').matches}>
          <summary>{say('Options', '选项')}</summary>
          <PlayOptionsForm />
        </details>
        <div class="stage">
          <ConversationView />
          <div ref={end} />
          <Composer />
          <AsCode />
        </div>
      </div>
    </>
  )
}

/** Shows code for the next request: the conversation with the draft, or else a sample message. */
function AsCode(): JSX.Element {
  const language = useSignal<SnippetLanguage>('curl')
  const languages = [
    ['curl', 'curl'],
    ['python', 'Python'],
    ['js', 'JavaScript'],
  ] as const
  const write = (): string => {
    const options = readPlayOptions()
    const draft = playground.draft.value.trim()
    const sample = { role: 'user', text: options.api === 'transcription' ? draft : 'Hello', images: [] } as const
    const turns = turnsWithDraft.value.length > 0 ? turnsWithDraft.value : [sample]
    return SNIPPETS[language.value]({ baseUrl: `${serverUrl()}/v1`, api: options.api, body: makeBody(turns, options) })
  }
  const problem = readParseError('', write)
  return (
    <details class="as-code">
      <summary>{say('The request as code', '将请求复制为代码')}</summary>
      <RadioRow
        name="snippet"
        label={say('Language of the code', '代码语言')}
        options={languages}
        value={language.value}
        onChange={(chosen) => (language.value = chosen)}
      />
      <p class="note">{say('The token is read from the environment variable OPENAI_API_KEY.', '令牌从环境变量 OPENAI_API_KEY 读取。')}</p>
      {problem === undefined ? <CodeBlock code={write()} label={say('Code', '代码')} /> : <p class="problem">{problem}</p>}
    </details>
  )
}
