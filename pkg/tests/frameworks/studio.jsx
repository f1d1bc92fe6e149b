import { useKit, useLive } from "campaignkit/react";
import { createElement, useEffect, useState } from "react";

/** Shows the campaigns, and creates more of them. */
export function Studio() {
  const { kit, error } = useKit({ storage: "opfs", name: "studio" });
  const [user_id, setUser] = useState();
  useEffect(() => {
    kit?.listUsers().then(({ users }) => setUser(users[0]?.id));
  }, [kit]);
  const { data, error: failure } = useLive(user_id && kit.as(user_id), { campaigns: {} });
  const [count, setCount] = useState(0);

  async function create() {
    const id = user_id ?? (await kit.createUser()).id;
    const me = kit.as(id);
    const [known] = (await me.listAccounts()).accounts;
    const account = known ?? (await me.addAccount({ type: "email", email_address: "ana@example.com" }));
    const name = `Outreach ${(data?.campaigns.length ?? 0) + 1}`;
    await me.createCampaign({ type: "email", name, sender_account_ids: [account.id] });
    setUser(id);
  }

  return createElement(
    "main",
    null,
    createElement("h1", null, "Studio"),
    createElement("p", { id: "state" }, (error ?? failure)?.message ?? (kit ? "open" : "opening")),
    createElement("p", { id: "campaigns" }, data?.campaigns.map(({ name }) => name).join(", ")),
    createElement("button", { id: "create", onClick: create }, "Create"),
    createElement("button", { id: "count", onClick: () => setCount(count + 1) }, count),
  );
}
