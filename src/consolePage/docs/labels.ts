/** Form fields that Swagger UI leaves unlabelled for screen readers, with their labels. */
const LABELS_BY_SELECTOR = {
  '.examples-select-element': 'Example',
  '.body-param__text': 'Request body',
  '.parameters textarea': 'Value',
  '.close-modal': 'Close',
} as const

/** Labels Swagger UI's form fields and makes its code focusable, now and after each change. */
export function completeLabels(): void {
  const root = document.getElementById('reference')
  if (root === null) return
  const complete = (): void => {
    for (const [selector, name] of Object.entries(LABELS_BY_SELECTOR))
      for (const element of root.querySelectorAll(`${selector}:not([aria-label])`)) element.setAttribute('aria-label', name)
    // Voice control finds buttons by their visible text: labels that differ from it are removed.
    for (const button of root.querySelectorAll('.auth-btn-wrapper button[aria-label]')) button.removeAttribute('aria-label')
    for (const code of root.querySelectorAll('pre:not([tabindex])')) code.setAttribute('tabindex', '0')
  }
  new MutationObserver(complete).observe(root, { childList: true, subtree: true })
  complete()
}
