import { open } from "campaignkit";

for (const options of [{ storage: "memory" }, { storage: "file", path: "studio.sqlite" }]) {
  const kit = await open(options);
  const user = await kit.createUser();
  const me = kit.as(user.id);
  const account = await me.addAccount({ type: "email", email_address: "ana@example.com" });
  const { campaign } = await me.createCampaign({ type: "email", name: "Outreach", sender_account_ids: [account.id] });
  console.log(`${kit.storage}: ${campaign.name}`);
  await kit.close();
}
