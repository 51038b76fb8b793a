const START_MS = 500;

/** Does something that nobody waits for, when the page has been painted and nothing else is to be done; the function calls it off. */
export function whenIdle(work: () => void): () => void {
  const timer = setTimeout(() => {
    // Safari has no word for it.
    if ('requestIdleCallback' in globalThis) requestIdleCallback(work);
    else work();
  }, START_MS);
  return () => clearTimeout(timer);
}
