import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon, type IconName } from './Icon';

export interface MenuItem {
  icon: IconName;
  label: string;
  danger?: boolean;
  onSelect: () => void;
}

interface Props {
  label: string;
  items: MenuItem[];
  /** Where it opens, in the window's coordinates. */
  at: { x: number; y: number };
  onClose: () => void;
}

const MARGIN = 8;

/** A menu as the ARIA practices describe it: arrows move, Esc and Tab close, the focus goes back. */
export function Menu({ label, items, at, onClose }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const opener = useRef(document.activeElement);

  useLayoutEffect(() => {
    const menu = ref.current!;
    const box = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(MARGIN, Math.min(at.x, innerWidth - box.width - MARGIN))}px`;
    menu.style.top = `${Math.max(MARGIN, Math.min(at.y, innerHeight - box.height - MARGIN))}px`;
    menu.querySelector('button')?.focus();
  }, []);

  const close = (giveBack: boolean): void => {
    onClose();
    if (giveBack && opener.current instanceof HTMLElement) opener.current.focus();
  };

  useEffect(() => {
    const outside = (event: Event): void => {
      if (!ref.current?.contains(event.target as Node)) close(false);
    };
    const leave = (): void => close(false);
    addEventListener('pointerdown', outside, true);
    addEventListener('resize', leave);
    addEventListener('wheel', leave, { passive: true });
    return () => {
      removeEventListener('pointerdown', outside, true);
      removeEventListener('resize', leave);
      removeEventListener('wheel', leave);
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...ref.current!.querySelectorAll('button')];
    const index = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const targets: Record<string, number> = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: -1 };
    const target = targets[event.key];
    if (target !== undefined) buttons.at(target % buttons.length)?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={ref} class="menu" role="menu" aria-label={label} onKeyDown={onKeyDown}>
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          tabIndex={-1}
          class={item.danger ? 'danger' : ''}
          onClick={() => {
            close(true);
            item.onSelect();
          }}
        >
          <Icon name={item.icon} size={18} />
          {item.label}
        </button>
      ))}
    </div>
  );
}
