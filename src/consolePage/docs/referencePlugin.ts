/** The part of Swagger UI's React that this plugin uses; the page itself uses Preact. */
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

/** Swagger UI plugin: removes the title and the links in buttons, and folds error responses. */
export const REFERENCE_PLUGIN = {
  wrapComponents: {
    InfoContainer: () => () => null,
    // Show the text of a link only: a click on its operation changes the URL even without a link.
    DeepLink:
      (_original: unknown, { React }: { readonly React: ReactOfSwagger }) =>
      ({ text }: LinkProps) =>
        React.createElement('span', null, text),
    response: foldErrors,
  },
}

/** Makes a component that shows an error response as one line, which a click unfolds. */
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
