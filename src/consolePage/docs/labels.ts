/** What Swagger UI leaves without a name for screen readers, and the name for it. */
const NAMES = {
  '.examples-select-element': 'Example',
  '.body-param__text': 'Request body',
  '.parameters textarea': 'Value',
  '.close-modal': 'Close',
} as const

/** Names fields of the reference and lets the keyboard scroll its code, now and as it changes. */
export function completeLabels(): void {
  const root = document.getElementById('reference')
  if (root === null) return
  const complete = (): void => {
    for (const [selector, name] of Object.entries(NAMES))
      for (const element of root.querySelectorAll(`${selector}:not([aria-label])`)) element.setAttribute('aria-label', name)
    // Speech input finds these buttons by their texts, which their labels do not contain.
    for (const button of root.querySelectorAll('.auth-btn-wrapper button[aria-label]')) button.removeAttribute('aria-label')
    for (const code of root.querySelectorAll('pre:not([tabindex])')) code.setAttribute('tabindex', '0')
  }
  new MutationObserver(complete).observe(root, { childList: true, subtree: true })
  complete()
}
