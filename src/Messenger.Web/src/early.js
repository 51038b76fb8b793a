// Runs before the program has arrived: asks for the contact list meanwhile. Whoever comes by a login link is not signed in yet.
if (!location.hash.startsWith('#t=')) globalThis.earlyContacts ??= fetch('/api/v1/contacts');
