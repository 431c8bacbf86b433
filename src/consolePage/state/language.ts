import { signal } from '@preact/signals'
import type { Bilingual, Language } from '../../contract/language.js'

/** The language that the page shows: at first the browser's. It is not stored. */
export const language = signal<Language>(navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en')

/** Returns the text in the language of the page. */
export const say = (en: string, zh: string): string => (language.value === 'zh' ? zh : en)

/** Returns a text that has both languages, such as those of the API, in that of the page. */
export const sayBoth = ({ en, zh }: Bilingual): string => say(en, zh)

/** The BCP 47 tag of the language of the page. */
export const languageTag = (): string => say('en', 'zh-CN')
