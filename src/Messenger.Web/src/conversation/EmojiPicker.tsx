import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { EMOJI } from './emoji';

const COLUMNS = 8;

/** A small choice; the platform's own picker has the rest. */
export function EmojiPicker({ onPick, onClose }: { onPick: (emoji: string) => void; onClose: () => void }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    ref.current?.querySelector('button')?.focus();
    const outside = (event: Event): void => {
      if (!ref.current?.parentElement?.contains(event.target as Node)) onClose();
    };
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...ref.current!.querySelectorAll('button')];
    const index = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };
    const step = steps[event.key];
    if (event.key === 'Escape') {
      onClose();
      document.querySelector<HTMLElement>('.composer textarea')?.focus();
    } else if (step !== undefined) {
      buttons[Math.max(0, Math.min(buttons.length - 1, index + step))]?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={ref} class="emoji" role="group" aria-label={t().emoji} onKeyDown={onKeyDown}>
      {EMOJI.map((emoji, index) => (
        <button key={emoji} type="button" tabIndex={index === 0 ? 0 : -1} onClick={() => onPick(emoji)}>{emoji}</button>
      ))}
    </div>
  );
}
