/** The React of Swagger UI. The page itself uses Preact. */
interface ReactOfSwagger {
  readonly Fragment: unknown
  createElement(type: unknown, props: object | null, ...children: unknown[]): unknown
  useState<T>(initial: T): [T, (value: T) => void]
}

interface ResponseProps {
  readonly code: string
  readonly response: { get(name: 'description'): string }
}

interface LinkProps {
  readonly text: string
}

/** Changes of Swagger UI: no header of its own, no link inside a button, folded error responses. */
export const REFERENCE_PLUGIN = {
  wrapComponents: {
    InfoContainer: () => () => null,
    // The address changes when an operation is opened: nothing is lost without the link.
    DeepLink:
      (_original: unknown, { React }: { readonly React: ReactOfSwagger }) =>
      ({ text }: LinkProps) =>
        React.createElement('span', null, text),
    response: foldErrors,
  },
}

/** Shows an error response as one line that unfolds: an operation has up to twelve of them. */
function foldErrors(Original: unknown, { React }: { readonly React: ReactOfSwagger }) {
  const create = React.createElement
  return function FoldedResponse(props: ResponseProps): unknown {
    const [isOpen, setOpen] = React.useState(false)
    const whole = create(Original, props)
    if (props.code.startsWith('2')) return whole
    const button = create(
      'button',
      { type: 'button', 'aria-expanded': isOpen, onClick: () => setOpen(!isOpen) },
      create('b', null, props.code),
      create('span', null, props.response.get('description').replaceAll('`', '')),
    )
    const line = create('tr', { className: 'fold' }, create('td', { colSpan: 3 }, button))
    return create(React.Fragment, null, line, isOpen ? whole : null)
  }
}
