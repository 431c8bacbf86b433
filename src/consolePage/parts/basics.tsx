import { useSignal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { say } from '../state/language.js'
import { Icon, type IconName } from './icon.js'

/** State that an element shows by colour; an icon or text also shows it, for accessibility. */
export type Tone = 'ok' | 'warning' | 'failed' | 'quiet'

const TONE_ICONS = { ok: 'check', warning: 'warning', failed: 'failed', quiet: 'skipped' } as const satisfies Record<Tone, IconName>

/** A short label that shows a state by colour and icon. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }): JSX.Element {
  return (
    <span class={`badge ${tone}`}>
      <Icon name={TONE_ICONS[tone]} />
      {children}
    </span>
  )
}

/** A box with a message, such as a failure and its next step. */
export function Notice({ tone, title, children }: { tone: Tone; title: ComponentChildren; children?: ComponentChildren }): JSX.Element {
  return (
    <div class={`notice ${tone}`}>
      <Icon name={tone === 'quiet' ? 'clock' : TONE_ICONS[tone]} />
      <div>
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  )
}

/** A paragraph that a view shows while data is loading, or if no data exists. */
export function EmptyState({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return <p class="empty">{children}</p>
}

/** The heading of a view: title, description, and buttons. */
export function Heading({ title, about, children }: { title: string; about: string; children?: ComponentChildren }): JSX.Element {
  return (
    <header class="heading">
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        <p>{about}</p>
      </div>
      {children === undefined ? null : <div class="actions">{children}</div>}
    </header>
  )
}

/** Copies text to the clipboard, also over plain HTTP, where browsers lack the clipboard API. */
async function writeClipboard(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  const parent = document.querySelector('dialog[open]') ?? document.body
  parent.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}

/** A button that copies text to the clipboard and shows for 2 s whether that succeeded. */
export function CopyButton({ text, label, isIcon }: { text: () => string; label?: string; isIcon?: boolean }): JSX.Element {
  const result = useSignal<'copied' | 'failed' | undefined>(undefined)
  const timer = useRef<number | undefined>(undefined)
  const copy = async (): Promise<void> => {
    result.value = await writeClipboard(text()).then(
      () => 'copied' as const,
      () => 'failed' as const,
    )
    clearTimeout(timer.current)
    timer.current = window.setTimeout(() => (result.value = undefined), 2_000)
  }
  const labels = {
    copied: say('Copied', '已复制'),
    failed: say('The browser does not allow copying', '此处不允许复制'),
  }
  return (
    <button type="button" class={isIcon ? 'small plain' : 'small'} onClick={copy}>
      <Icon name={result.value === 'copied' ? 'check' : 'copy'} />
      <span class={isIcon ? 'hidden' : ''} aria-live="polite">
        {result.value === undefined ? (label ?? say('Copy', '复制')) : labels[result.value]}
      </span>
    </button>
  )
}

/** A block of code with a copy button. */
export function CodeBlock({ code, label }: { readonly code: string; readonly label: string }): JSX.Element {
  return (
    <div class="code">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label={label}>
        <pre>{code}</pre>
      </section>
      <CopyButton text={() => code} />
    </div>
  )
}

/** A choice between a few options, shown as a row of radio buttons. */
export function RadioRow<T extends string>({
  name,
  label,
  options,
  value,
  onChange,
}: {
  readonly name: string
  readonly label: string
  readonly options: readonly (readonly [value: T, text: string])[]
  readonly value: T
  onChange(value: T): void
}): JSX.Element {
  return (
    <fieldset class="segments">
      <legend class="hidden">{label}</legend>
      {options.map(([option, text]) => (
        <label key={option}>
          <input type="radio" name={name} value={option} checked={option === value} onChange={() => onChange(option)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  )
}
