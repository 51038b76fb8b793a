import { useCallback, useEffect, useState } from 'preact/hooks';
import { explain } from '../i18n';
import { live } from '../live/live';

interface Loaded<T> {
  value: T | null;
  problem: string | null;
  reload: () => void;
}

/** Reads something when it is first shown, again when the node is back, and every so often when asked to. */
export function useLoaded<T>(load: () => Promise<T>, everyMs?: number): Loaded<T> {
  const [value, setValue] = useState<T | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const reload = useCallback(() => {
    load().then(
      (loaded) => {
        setValue(loaded);
        setProblem(null);
      },
      (error: unknown) => setProblem(explain(error)),
    );
  }, []);
  const isLive = live.value.state === 'live';
  useEffect(reload, [isLive]);
  useEffect(() => {
    if (!everyMs) return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), everyMs);
    return () => clearInterval(timer);
  }, []);
  return { value, problem, reload };
}
