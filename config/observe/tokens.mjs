// Gives Prometheus a token of each node of docker-compose.yml, by the node's client API. What is there already is left alone, so this
// may run again.
import { access, rename, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";

const password = "test network";
const nodes = { anna: 7501, boris: 7502, clara: 7503, relay: 7504 };

async function call(url, method, headers, body) {
  const answer = await fetch(url, { method, headers: { "Content-Type": "application/json", ...headers }, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** Signs in at a node, as soon as it is up. */
async function signIn(api) {
  for (;;) {
    try {
      const answer = await call(`${api}session`, "POST", {}, { password });
      return { Cookie: answer.headers.get("set-cookie").split(";")[0], "X-Antiforgery": (await answer.json()).antiforgery };
    } catch (error) {
      if (!(error instanceof TypeError) && !/: (429|5\d\d) /.test(error.message)) throw error;
      await wait(1000); // not up yet
    }
  }
}

async function exists(file) {
  return access(file).then(() => true, () => false);
}

for (const [name, port] of Object.entries(nodes)) {
  const file = `/tokens/${name}`;
  if (await exists(file)) continue;
  const api = `http://${name}:${port}/api/v1/`;
  const headers = await signIn(api);
  // One of a volume that is gone is of no use to anybody.
  const { tokens } = await (await call(`${api}tokens`, "GET", headers)).json();
  for (const token of tokens.filter((one) => one.name === "prometheus")) await call(`${api}tokens/${token.id}`, "DELETE", headers);
  const { token } = await (await call(`${api}tokens`, "POST", headers, { name: "prometheus" })).json();
  await writeFile(`${file}.new`, token, { mode: 0o644 });
  await rename(`${file}.new`, file);
  await call(`${api}session`, "DELETE", headers);
}
