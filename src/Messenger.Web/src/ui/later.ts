import { signal } from '@preact/signals';
import { type ComponentType, type FunctionComponent, h } from 'preact';
import { useEffect } from 'preact/hooks';

/** A component whose code is fetched when it is shown first, unless it was before. */
export type Later<P extends object> = FunctionComponent<P> & { fetch(): void };

const RETRY_MS = 2_000;

/** Until the code has arrived nothing is shown; while the node is away it is asked for again and again. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): Later<P> {
  const loaded = signal<ComponentType<P> | null>(null);
  let loading = false;
  const fetch = (): void => {
    if (loading || loaded.peek()) return;
    loading = true;
    load().then(
      (component) => (loaded.value = component),
      () => {
        loading = false;
        setTimeout(fetch, RETRY_MS);
      },
    );
  };
  const Part: FunctionComponent<P> = (props) => {
    useEffect(fetch, []);
    return loaded.value && h(loaded.value as ComponentType<object>, props);
  };
  return Object.assign(Part, { fetch });
}
