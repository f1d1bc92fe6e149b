/** The web server: the page behind `unsubscribe_url`. */

import { createServer } from "node:http";
import { work } from "./database.mjs";

const PAGE = '<!doctype html><title>Unsubscribe</title><form method="post"><button>Unsubscribe</button></form>';

/** Status and text of a reply. Only a POST changes anything: programs that look for viruses follow links. */
async function reply({ method, url }) {
  const [, token] = /^\/unsubscribe\/([\w-]+)$/.exec(url) ?? [];
  if (!token) return [404, "There is nothing here."];
  if (method === "GET") return [200, PAGE];
  if (method !== "POST") return [405, "GET or POST"];
  await work((me) => me.unsubscribe(token));
  return [200, "You will get no more messages."];
}

const server = createServer((request, response) => {
  request.resume();
  reply(request)
    // An error has the status that fits it: 404 for a token that nobody has, 503 while the file is not to be had.
    .catch(({ status, message }) => [status ?? 500, message])
    .then(([status, text]) => response.writeHead(status, { "content-type": "text/html; charset=utf-8" }).end(text));
});
server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => console.log(server.address().port));
