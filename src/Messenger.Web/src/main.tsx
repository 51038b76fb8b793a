import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/contacts.css';
import './styles/conversation.css';
import './styles/pages.css';
import { App } from './app/App';
import { keepShell } from './notices/install';
import { showTotals } from './notices/notices';
import { startSession } from './session/session';

void startSession();
showTotals();
keepShell();
render(<App />, document.getElementById('app')!);
