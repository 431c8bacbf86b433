import { signal } from '@preact/signals'

/** The views of the console, in the order of the navigation. */
export const VIEWS = ['overview', 'keys', 'requests', 'usage', 'models', 'playground', 'doctor', 'connect', 'settings'] as const

/** A view's name in the fragment of the URL: `#/keys`. */
export type ViewName = (typeof VIEWS)[number]

const viewInUrl = (): ViewName => VIEWS.find((name) => location.hash === `#/${name}`) ?? 'overview'

/** The current view. */
export const view = signal<ViewName>(viewInUrl())

/** Updates `view` when the fragment of the URL changes, for links and the back button. */
export const followUrl = (): void => addEventListener('hashchange', () => (view.value = viewInUrl()))

/** The URL of the server without a trailing slash; the page is at its `/console` or `/`. */
export const serverUrl = (): string => location.origin + location.pathname.replace(/\/(console\/?)?$/, '')
