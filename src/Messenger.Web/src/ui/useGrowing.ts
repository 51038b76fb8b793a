import { useEffect, useState } from 'preact/hooks';

const FIRST = 30;
const STEP = 50;

/** How many rows of a long list are drawn: first as many as a screen may show, then the others little by little, so that keys and clicks come between. */
export function useGrowing(total: number): number {
  const [count, setCount] = useState(FIRST);
  useEffect(() => {
    if (count >= total) return;
    let timer = 0;
    const frame = requestAnimationFrame(() => {
      timer = window.setTimeout(() => setCount(count + STEP));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [count, total]);
  return count;
}
