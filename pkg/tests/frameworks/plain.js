import { open } from "campaignkit";

const show = (id, text) => (document.querySelector(`#${id}`).textContent = text);

try {
  const kit = await open({ storage: "opfs", name: "studio" });
  let [user] = (await kit.listUsers()).users;
  let names = [];
  const follow = () =>
    kit.as(user.id).subscribe({ campaigns: {} }, ({ campaigns }) => {
      names = campaigns.map(({ name }) => name);
      show("campaigns", names.join(", "));
    });
  if (user) follow();
  document.querySelector("#create").onclick = async () => {
    if (!user) {
      user = await kit.createUser();
      follow();
    }
    const me = kit.as(user.id);
    const [known] = (await me.listAccounts()).accounts;
    const account = known ?? (await me.addAccount({ type: "email", email_address: "ana@example.com" }));
    await me.createCampaign({ type: "email", name: `Outreach ${names.length + 1}`, sender_account_ids: [account.id] });
  };
  show("state", "open");
} catch (error) {
  show("state", error.message);
}
