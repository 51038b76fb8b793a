// Lets the nodes of docker-compose.yml have their first conversations, by their client API. A message keeps its id, so running this
// again says nothing twice.
import { setTimeout as wait } from "node:timers/promises";

const password = "test network";

/** Where each node has its client API, and what its friends dial. */
const network = process.argv[2] === "mesh"
  ? {
      anna: { gui: "mesh-anna:7511", address: "fc74::a" },
      boris: { gui: "mesh-boris:7512", address: "fc74::b" },
      clara: { gui: "mesh-clara:7513", address: "fc74::c" },
      relay: { gui: "mesh-relay:7514", address: "fc74::d" },
    }
  : {
      anna: { gui: "anna:7501", address: "anna" },
      boris: { gui: "boris:7502", address: "boris" },
      clara: { gui: "clara:7503", address: "clara" },
      relay: { gui: "relay:7504", address: "relay" },
    };

const conversations = [
  ["anna", "boris", "Hello, Boris! Is your node up?"],
  ["boris", "anna", "Привет, Анна! It is. Nobody between us."],
  ["anna", "boris", "Stop me with `docker compose stop boris` and see what becomes of this chat."],
  ["boris", "anna", "You mean stop *me*. Relay will carry what you write meanwhile."],
  ["clara", "anna", "Are we three on for Saturday?"],
  ["anna", "clara", "We are. Boris brings the maps."],
  ["clara", "boris", "Anna says that you bring the maps 🗺️"],
  ["boris", "clara", "Then I do."],
  ["relay", "anna", "I am a server and always on. Leave your messages with me."],
];

/** Signs in at a node, as soon as it is up. */
async function signIn(name) {
  const url = `http://${network[name].gui}/api/v1/`;
  for (;;) {
    try {
      const answer = await fetch(`${url}session`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ password }),
      });
      if (answer.ok) {
        const cookie = answer.headers.get("set-cookie").split(";")[0];
        return { url, headers: { "Content-Type": "application/json", Cookie: cookie, "X-Antiforgery": (await answer.json()).antiforgery } };
      }
      if (answer.status < 500 && answer.status !== 429) {
        throw new Error(`${name} does not let us in: ${answer.status} ${await answer.text()}`);
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch could not connect: not up yet
    }
    await wait(1000);
  }
}

async function call({ url, headers }, method, path, body) {
  const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${url}${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
}

const nodes = Object.fromEntries(await Promise.all(Object.keys(network).map(async (name) => [name, await signIn(name)])));
let number = 0;
for (const [from, to, text] of conversations) {
  const { contacts } = await call(nodes[from], "GET", "contacts");
  const contact = contacts.find(({ address }) => address === network[to].address);
  if (!contact) continue; // its owner has removed it since
  const uuid = `00000000-0000-4000-8000-${String(++number).padStart(12, "0")}`;
  const { id } = await call(nodes[from], "PUT", `contacts/${contact.id}/messages/${uuid}`, { text });
  // An answer comes after what it answers.
  for (let tries = 0; tries < 40; tries++) {
    const { messages } = await call(nodes[from], "GET", `contacts/${contact.id}/messages?around=${id}&limit=1`);
    if (messages.some((message) => message.uuid === uuid && ["delivered", "read"].includes(message.state))) break;
    await wait(250);
  }
}
for (const node of Object.values(nodes)) await call(node, "DELETE", "session");
console.log("The first words are said. Sign in: docker compose exec anna messenger link");
