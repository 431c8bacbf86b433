import { signal } from '@preact/signals'

/** The languages of the page. */
export type Language = 'en' | 'zh'

/** A text in both languages, as the API returns it. */
export interface BothLanguages {
  readonly en: string
  readonly zh: string
}

/** The language that the page shows: at first the browser's. It is not stored. */
export const language = signal<Language>(navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en')

/** Returns the text in the language of the page. */
export const say = (en: string, zh: string): string => (language.value === 'zh' ? zh : en)

/** Returns a text of the API in the language of the page. */
export const sayBoth = ({ en, zh }: BothLanguages): string => say(en, zh)

/** The BCP 47 tag of the language of the page. */
export const languageTag = (): string => say('en', 'zh-CN')
