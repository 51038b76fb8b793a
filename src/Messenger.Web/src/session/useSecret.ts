import { useState } from 'preact/hooks';
import { explain } from '../i18n';

interface Secret {
  value: string;
  problem: string | null;
  busy: boolean;
  change: (value: string) => void;
  submit: (event: Event) => void;
}

/** A form of one secret, which is shown to the node; what it says against that is a problem until another one is typed. */
export function useSecret(show: (secret: string) => Promise<unknown>): Secret {
  const [value, setValue] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const send = async (): Promise<void> => {
    if (value === '' || busy) return;
    setBusy(true);
    try {
      await show(value);
    } catch (error) {
      setProblem(explain(error));
    } finally {
      setBusy(false);
    }
  };

  return {
    value,
    problem,
    busy,
    change(typed) {
      setValue(typed);
      setProblem(null);
    },
    submit(event) {
      event.preventDefault();
      void send();
    },
  };
}
