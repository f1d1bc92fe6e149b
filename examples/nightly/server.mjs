/** The web server: the page behind `unsubscribe_url`, for people and for the one click of mail programs (RFC 8058). */

import { createServer } from "node:http";
import { withKit } from "./database.mjs";

const page = (content) => `<!doctype html><html lang="en"><title>Unsubscribe</title><p>${content}</p></html>`;
const FORM = '<form method="post"><button name="confirm" value="yes">Unsubscribe</button></form>';

/** Status and content of a response. Only a POST changes anything: programs that look for viruses follow links. */
async function respond({ method, url }) {
  const [, token] = /^\/unsubscribe\/(\w+)$/.exec(url) ?? [];
  if (!token) return [404, "There is nothing here."];
  if (method === "GET") return [200, FORM];
  if (method !== "POST") return [405, "GET or POST"];
  await withKit((kit) => kit.unsubscribe(token));
  return [200, "You will get no more messages."];
}

const server = createServer((request, response) => {
  request.resume();
  respond(request)
    // An error has the status that fits it: 404 for a token that nobody has, 503 while the file is not to be had.
    .catch(({ status, message }) => [status ?? 500, message])
    .then(([status, content]) => {
      const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
      if (status === 503) headers["retry-after"] = "60";
      response.writeHead(status, headers).end(page(content));
    });
});
server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => console.log(server.address().port));
