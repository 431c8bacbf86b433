import type { JSX } from 'preact'
import { GEMINI_VOICES } from '../../contract/geminiVoices.js'
import { say } from '../state/language.js'
import type { PlayApi } from './body.js'
import { playground } from './send.js'

/** The form fields for speech or transcription; renders nothing for other APIs. */
export function AudioFields({ api }: { readonly api: PlayApi }): JSX.Element | null {
  if (api === 'speech') return <SpeechFields />
  if (api !== 'transcription') return null
  return (
    <label>
      <span>{say('Language of the recording', '录音的语言')}</span>
      <input
        autocomplete="off"
        spellcheck={false}
        placeholder={say('such as en; empty for any', '如 zh；留空则自动识别')}
        value={playground.language.value}
        onInput={(event) => (playground.language.value = event.currentTarget.value)}
      />
    </label>
  )
}

function SpeechFields(): JSX.Element {
  return (
    <>
      <label>
        <span>{say('Voice', '音色')}</span>
        <select value={playground.voice.value} onChange={(event) => (playground.voice.value = event.currentTarget.value)}>
          {GEMINI_VOICES.map((voice) => (
            <option key={voice} value={voice}>
              {voice}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{say('How to speak', '朗读方式')}</span>
        <textarea
          rows={3}
          placeholder={say('such as: warm and slowly', '例如：温和、缓慢')}
          value={playground.directions.value}
          onInput={(event) => (playground.directions.value = event.currentTarget.value)}
        />
      </label>
    </>
  )
}
