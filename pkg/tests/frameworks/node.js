import { open } from "campaignkit";

for (const options of [{ storage: "memory" }, { storage: "file", path: "studio.sqlite" }]) {
  const kit = await open(options);
  const user = await kit.createUser();
  const me = kit.as(user.id);
  const account = await me.addAccount({ type: "email", email_address: "ana@example.com", first_name: "Ana", sending_hours: null });
  const { campaign } = await me.createCampaign({ type: "email", name: "Outreach", sender_account_ids: [account.id] });
  await me.updateCampaign(campaign.id, { sequence_nodes: [{ type: "email", subject: "Hello", body: "Hi" }] });
  await me.addProspects(campaign.id, { prospects: [{ email: "bo@example.com" }] });
  await me.launch(campaign.id);
  let sent = 0;
  for (let tasks; ({ tasks } = await me.claimDue({ max: 1 })).tasks.length > 0; sent++) {
    await me.complete(tasks[0].id, { outcome: "sent" });
  }
  console.log(`${kit.storage}: ${campaign.name}, ${sent} sent`);
  await kit.close();
}
