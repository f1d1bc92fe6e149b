/** What a timer starts: sends what is due, and ends. */

import { work } from "./database.mjs";

const unsubscribe_url = "https://example.com/unsubscribe/{token}"; // leads to the web server

/** Here a mail library sends it. Meanwhile the file is closed, and the web server can open it. */
async function send({ idempotency_key, prospect, subject, body }) {
  console.log(JSON.stringify({ id: idempotency_key, to: prospect.email, subject, body }));
  return { outcome: "sent" };
}

for (;;) {
  const { tasks } = await work((me) => me.claimDue({ max: 10, unsubscribe_url }));
  if (tasks.length === 0) break;
  for (const task of tasks) {
    const outcome = await send(task);
    await work((me) => me.complete(task.id, outcome));
  }
}
