/** Hands a message to the HTTP interface of a mail service at `MAIL_API`, and says what became of it. */

const TRIES = 3;

export async function send(task) {
  const message = {
    message_id: `<${task.idempotency_key}@${task.account.email_address.split("@")[1]}>`,
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
    // Nobody is charged for a service that is down: campaignkit hands the message out again in 5 minutes, or tomorrow.
    if (tries === TRIES) return { outcome: "deferred", note: `the mail service has the status ${status}` };
  }
}

/** The status of the response; 503 where there is none. */
async function post(message) {
  const request = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(message) };
  return fetch(process.env.MAIL_API, request).then(
    ({ status }) => status,
    () => 503,
  );
}
