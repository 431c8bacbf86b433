import { signal } from '@preact/signals'

/** The views of the console, in the order of the navigation. */
export const VIEWS = ['overview', 'keys', 'requests', 'usage', 'models', 'playground', 'doctor', 'connect', 'settings'] as const

/** Name of a view. The fragment of the URL contains it, such as `#/keys`. */
export type ViewName = (typeof VIEWS)[number]

const viewInUrl = (): ViewName => VIEWS.find((name) => location.hash === `#/${name}`) ?? 'overview'

/** Name of the view that is shown. */
export const currentView = signal<ViewName>(viewInUrl())

/** Updates `currentView` when a link or the back button changes the fragment of the URL. */
export const updateViewOnHashChange = (): void => addEventListener('hashchange', () => (currentView.value = viewInUrl()))

/** Returns the server's URL without a trailing slash: the page's URL up to `/console`. */
export const serverUrl = (): string => location.origin + location.pathname.replace(/\/(console\/?)?$/, '')
