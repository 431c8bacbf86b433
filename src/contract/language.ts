/** The languages of messages for operators. */
export type Language = 'en' | 'zh'

/** A text in English and in Chinese. */
export type Bilingual = Readonly<Record<Language, string>>

/** The environment variables of the locale, by precedence. An empty one counts as absent. */
type Locale = Readonly<Partial<Record<'LC_ALL' | 'LC_MESSAGES' | 'LANG', string | undefined>>>

/** Returns the language of a locale: Chinese for `zh_*`, else English. */
export const languageOf = ({ LC_ALL, LC_MESSAGES, LANG }: Locale): Language =>
  /^zh/i.test(LC_ALL?.trim() || LC_MESSAGES?.trim() || LANG?.trim() || '') ? 'zh' : 'en'
