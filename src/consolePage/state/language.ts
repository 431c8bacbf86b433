import { signal } from '@preact/signals'
import type { Bilingual, Language } from '../../contract/language.js'

/** The language of the page; initially the browser's. It is not stored. */
export const language = signal<Language>(navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en')

/** Returns the English text `en` or the Chinese text `zh`, by the language of the page. */
export const say = (en: string, zh: string): string => (language.value === 'zh' ? zh : en)

/** Returns a bilingual text of the console's API in the language of the page. */
export const sayBilingual = ({ en, zh }: Bilingual): string => say(en, zh)

/** Returns the BCP 47 tag of the page's language. */
export const languageTag = (): string => say('en', 'zh-CN')
