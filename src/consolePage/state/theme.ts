import { effect, signal } from '@preact/signals'

/** The colour themes; `auto` follows the system. */
export const THEMES = ['auto', 'light', 'dark'] as const

/** The colour theme that the user chose. It is not stored. */
export const theme = signal<(typeof THEMES)[number]>('auto')

/** Copies `theme` to the page's attribute `data-theme`, now and at each change; see theme.css. */
export const applyTheme = (): void => {
  effect(() => {
    document.documentElement.dataset.theme = theme.value
  })
}
