import { useId } from 'preact/hooks';

interface Props {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

/** Something that is on or off. */
export function Switch({ label, hint, checked, onChange }: Props) {
  const id = useId();
  return (
    <label class="switch">
      <span>
        {label}
        {hint && <small id={id} class="hint">{hint}</small>}
      </span>
      <input type="checkbox" role="switch" checked={checked} aria-describedby={hint ? id : undefined} onChange={(event) => onChange(event.currentTarget.checked)} />
    </label>
  );
}
