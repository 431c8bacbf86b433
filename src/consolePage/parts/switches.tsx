import type { JSX } from 'preact'
import { language, say } from '../state/language.js'
import { theme } from '../state/theme.js'
import { RadioRow } from './basics.js'

/** The language and colour theme switches. */
export function Switches(): JSX.Element {
  const themes = [
    ['auto', say('Auto', '自动')],
    ['light', say('Light', '浅色')],
    ['dark', say('Dark', '深色')],
  ] as const
  const languages = [
    ['en', 'English'],
    ['zh', '中文'],
  ] as const
  return (
    <div class="switches">
      <RadioRow
        name="language"
        label={say('Language', '语言')}
        options={languages}
        value={language.value}
        onChange={(chosen) => (language.value = chosen)}
      />
      <RadioRow
        name="theme"
        label={say('Colours', '配色')}
        options={themes}
        value={theme.value}
        onChange={(chosen) => (theme.value = chosen)}
      />
    </div>
  )
}
