// Runs before the program has arrived, and asks for what that will need first.
const WORDS = __WORDS__;
const CONVERSATION = __CONVERSATION__;

const fetchLater = (files) => files.forEach((file) => document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href: file })));

// The same choice as in i18n/index.ts; a wrong guess costs time only.
function language() {
  try {
    const chosen = JSON.parse(localStorage.getItem('messenger.settings') ?? '{}').language;
    if (Object.hasOwn(WORDS, chosen)) return chosen;
  } catch {
    // What cannot be read is not heeded there either.
  }
  return navigator.languages.map((one) => one.slice(0, 2)).find((one) => Object.hasOwn(WORDS, one)) ?? 'en';
}

fetchLater(WORDS[language()]);
// Whoever comes by a login link is not signed in yet.
if (!location.hash.startsWith('#t=')) {
  globalThis.early ??= new Map(['/api/v1/session', '/api/v1/contacts'].map((path) => [path, fetch(path)]));
}
if (location.hash.startsWith('#/c/')) fetchLater(CONVERSATION);
