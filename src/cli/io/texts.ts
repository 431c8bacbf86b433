import { type CliTexts, EN } from './textsEn.js'
import { ZH } from './textsZh.js'

/** Returns the texts in a language. */
export const textsIn = (language: 'en' | 'zh'): CliTexts => (language === 'zh' ? ZH : EN)
