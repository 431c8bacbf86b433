import { effect, signal } from '@preact/signals'

/** The colour themes; `auto` follows the system. */
export const THEMES = ['auto', 'light', 'dark'] as const

/** The theme that the reader chose. Not stored. */
export const theme = signal<(typeof THEMES)[number]>('auto')

/** Applies the theme now and at each change; see styles/theme.css. */
export const applyTheme = (): void => {
  effect(() => {
    document.documentElement.dataset.theme = theme.value
  })
}
