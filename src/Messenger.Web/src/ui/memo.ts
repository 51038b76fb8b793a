import { Component, type ComponentClass, type FunctionComponent, h } from 'preact';

/** A component that is drawn again only when one of its properties is another value, or a signal that it reads changes. */
export function memo<P extends object>(inner: FunctionComponent<P>): ComponentClass<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return (Object.keys(next) as (keyof P)[]).some((key) => next[key] !== this.props[key as keyof typeof this.props]);
    }

    override render() {
      return h(inner, this.props as P);
    }
  };
}
