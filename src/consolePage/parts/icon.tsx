import type { JSX } from 'preact'

/** The icons as SVG paths on a 24 x 24 grid, drawn as outlines. */
const OUTLINES = {
  overview: 'M4 13h4l3-8 4 14 3-6h2',
  keys: 'M14.5 9.5a4.5 4.5 0 1 1-4.400-4.5 4.5 4.5 0 0 1 4.400 4.5ZM13.300 12.700 20 19.400M17 16.400l2-2',
  requests: 'M4 6h16M4 12h16M4 18h10',
  usage: 'M5 20V11M12 20V4M19 20v-6',
  models: 'M12 3 20 7.5v9L12 21l-8-4.5v-9ZM4 7.5l8 4.5 8-4.5M12 12v9',
  playground: 'M4 5h16v11H10l-4 4v-4H4Z',
  doctor: 'M3 12h4l2-4 4 8 2-4h6',
  connect: 'M9 8 5 12l4 4M15 8l4 4-4 4',
  settings: 'M4 8h10M18 8h2M4 16h2M10 16h10M16 6v4M8 14v4',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6 6 18',
  copy: 'M9 9h10v11H9ZM5 15V4h10',
  check: 'M5 12.5 10 17.5 19 7',
  warning: 'M12 4 21 19H3ZM12 10v4M12 16.5v.5',
  failed: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM9 9l6 6M15 9l-6 6',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3 2',
  stop: 'M7 7h10v10H7Z',
  send: 'M4 12h15M13 6l6 6-6 6',
  leave: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
  image: 'M4 5h16v14H4ZM4 16l5-5 4 4 3-3 4 4M15.5 9h.01',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  skipped: 'M5 12h14',
} as const

/** The name of an icon. */
export type IconName = keyof typeof OUTLINES

/** An icon beside a text; hidden from screen readers. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={OUTLINES[name]} />
    </svg>
  )
}

/** The logo of the console: the zodiac sign of Gemini. */
export function Logo(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M8 8q8 4 16 0M8 24q8-4 16 0M12.5 10v12M19.5 10v12" />
    </svg>
  )
}
