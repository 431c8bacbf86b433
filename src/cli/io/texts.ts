import type { Language } from '../../contract/language.js'
import { CLI_TEXTS_EN, type CliTexts } from './textsEn.js'
import { CLI_TEXTS_ZH } from './textsZh.js'

/** Returns the texts of the commands in a language. */
export const textsIn = (language: Language): CliTexts => (language === 'zh' ? CLI_TEXTS_ZH : CLI_TEXTS_EN)
