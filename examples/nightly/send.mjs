/**
 * Hands a message to the HTTP interface of a mail service at `MAIL_API`, and says what became of it. The service keeps it until
 * `send_at`; if it bounces then, the web server would hear of it and call `recordEvent`.
 */

const TRIES = 3;
/** More than a day: the next night has it, and no other run of this one. */
const DEFERRED_MS = 25 * 60 * 60 * 1_000;

export async function send(task) {
  const message = {
    message_id: `<${task.idempotency_key}@${task.account.email_address.split("@")[1]}>`,
    send_at: task.send_at,
    from: { name: task.account.display_name, address: task.account.email_address },
    to: { name: task.prospect.name, address: task.prospect.email },
    subject: task.subject,
    text: task.body,
    headers: { "List-Unsubscribe": task.list_unsubscribe, "List-Unsubscribe-Post": task.list_unsubscribe_post },
  };
  for (let tries = 1; ; tries++) {
    const status = await post(message);
    if (status < 400) return { outcome: "sent" };
    if (status === 422) return { outcome: "bounced", permanent: true }; // no such mailbox
    if (status < 500 && status !== 429) return { outcome: "failed", retryable: false };
    if (tries === TRIES) return tomorrow(`the mail service has the status ${status}`);
  }
}

/** Nobody is charged for a service that is down. Without `retry_at`, a host that runs all day has it again in 5 minutes. */
function tomorrow(note) {
  return { outcome: "deferred", retry_at: new Date(Date.now() + DEFERRED_MS).toISOString(), note };
}

/** The status of the response; 503 where there is none. */
async function post(message) {
  const request = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(message) };
  return fetch(process.env.MAIL_API, request).then(
    ({ status }) => status,
    () => 503,
  );
}
