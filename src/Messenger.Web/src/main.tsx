import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/contacts.css';
import './styles/conversation.css';
import './styles/pages.css';
import { App } from './app/App';
import { learnWords } from './i18n';
import { keepShell } from './notices/install';
import { showTotals } from './notices/notices';
import { startSession } from './session/session';
import { whenIdle } from './ui/whenIdle';

const RETRY_MS = 2_000;

async function show(): Promise<void> {
  await learnWords();
  showTotals();
  render(<App />, document.getElementById('app')!);
}

void startSession();
// Without a word nothing can be said, not even why.
show().catch(() => setTimeout(() => location.reload(), RETRY_MS));
whenIdle(keepShell);
