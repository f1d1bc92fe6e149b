import { open } from "campaignkit";

export const dynamic = "force-dynamic";

export async function GET() {
  const kit = await open({ storage: "memory" });
  await kit.createUser();
  const { users } = await kit.listUsers();
  await kit.close();
  return Response.json({ storage: kit.storage, users: users.length });
}
