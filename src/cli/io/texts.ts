import type { Language } from '../../contract/language.js'
import { type CliTexts, EN } from './textsEn.js'
import { ZH } from './textsZh.js'

/** Returns the texts of the commands in a language. */
export const textsIn = (language: Language): CliTexts => (language === 'zh' ? ZH : EN)
