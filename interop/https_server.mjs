// A server on a free port of this machine, with the key and certificate of a PEM file.

import { readFileSync } from "node:fs";
import { createServer } from "node:https";

export const json = (value, status = 200) => ({
  status,
  type: "application/json",
  body: JSON.stringify(value),
});

const bodyOf = async (incoming) => {
  let text = "";
  for await (const chunk of incoming) text += chunk;
  return text;
};

// `answer` takes what came in and gives `{status, type, body}`; gives the origin, and how to end.
export const serve = (file, answer) => {
  const identity = readFileSync(file);
  const server = createServer({ key: identity, cert: identity }, async (incoming, outgoing) => {
    const { method, url: path } = incoming;
    const headers = new Headers(incoming.headers);
    const { status, type, body } = await answer({ method, path, headers, body: await bodyOf(incoming) });
    outgoing.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" });
    outgoing.end(body);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const origin = `https://localhost:${server.address().port}`;
      resolve({ origin, end: () => server.close() });
    });
  });
};
