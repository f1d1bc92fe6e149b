/** Checked by the compiler against the packed tarball: what must be written so, and what cannot be written. */

import { type Campaign, CampaignKitError, type Kit, open, type Session } from "campaignkit";

export async function main(): Promise<void> {
  const kit: Kit = await open({ storage: "memory" });
  const storage: "memory" | "opfs" | "file" = kit.storage;
  await open({ storage: "opfs", name: "app" });
  await open({ storage: "opfs" });
  await open({ storage: "file", path: "app.sqlite" });
  // @ts-expect-error a storage is never guessed
  await open({});
  // @ts-expect-error a file needs its path
  await open({ storage: "file" });

  const me: Session = kit.as((await kit.createUser({ time_zone: "UTC" })).id);
  const { id } = await me.addAccount({ type: "email", email_address: "ana@example.com", first_name: "Ana" });
  await me.addAccount({ type: "linkedin", profile_url: "linkedin.com/in/ana", is_premium: true });
  // @ts-expect-error a mailbox has no profile
  await me.addAccount({ type: "email", profile_url: "linkedin.com/in/ana" });

  const { campaign, notices } = await me.createCampaign({
    type: "email",
    name: "A",
    sender_account_ids: [id],
    daily_limit: 20,
  });
  await me.createCampaign({ type: "linkedin", name: "B", sender_account_ids: [id], skip_other_campaigns: null });
  // @ts-expect-error an email field on a LinkedIn campaign
  await me.createCampaign({ type: "linkedin", name: "B", sender_account_ids: [id], daily_limit: 20 });
  // @ts-expect-error a name is required
  await me.createCampaign({ type: "email", sender_account_ids: [id] });
  // @ts-expect-error text is no number
  await me.createCampaign({ type: "email", name: "A", sender_account_ids: [id], daily_limit: "20" });
  for (const notice of notices) console.log(storage, notice.code, notice.path);
  console.log(limit(campaign), (await me.listAccounts({ type: "email" })).next_cursor);

  try {
    await me.deleteCampaign(campaign.id);
  } catch (error) {
    if (!(error instanceof CampaignKitError)) throw error;
    const status: number = error.status;
    console.log(
      error.kind,
      error.code,
      status,
      error.issues?.map(({ path }) => path),
      error.suggested_name,
    );
  }
  await kit.close();
}

function limit(campaign: Campaign): number | undefined {
  if (campaign.type === "email") return campaign.daily_limit;
  // @ts-expect-error a LinkedIn campaign has no daily limit
  const none: number = campaign.daily_limit;
  return none;
}
