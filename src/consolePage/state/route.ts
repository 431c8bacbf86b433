import { signal } from '@preact/signals'

/** The views of the console, in the order of the navigation. */
export const VIEWS = ['overview', 'keys', 'requests', 'usage', 'models', 'playground', 'doctor', 'connect', 'settings'] as const

/** A view, as in the fragment of the URL: `#/keys`. */
export type ViewName = (typeof VIEWS)[number]

const viewInUrl = (): ViewName => VIEWS.find((name) => location.hash === `#/${name}`) ?? 'overview'

/** The view that is shown. */
export const view = signal<ViewName>(viewInUrl())

/** Follows the fragment of the URL, so that links and the back button work. */
export const followUrl = (): void => addEventListener('hashchange', () => (view.value = viewInUrl()))

/** The URL of the server, without a slash at its end; the page is at `/console` or at `/` of it. */
export const serverUrl = (): string => location.origin + location.pathname.replace(/\/(console\/?)?$/, '')
