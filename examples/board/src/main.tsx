/** Opens the database, and the board for its user. */

import { CampaignKitError, type Kit, type User } from "campaignkit";
import { useAction, useKit } from "campaignkit/react";
import { StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { Board } from "./board";
import "./board.css";

function App() {
  const { kit, error } = useKit({ storage: "opfs", name: "board" });
  const { run: enter, ...entered } = useAction(async (kit: Kit) => kit.as((await userOf(kit)).id));
  useEffect(() => {
    if (kit) void enter(kit);
  }, [kit, enter]);
  const failed = error ?? entered.error;
  if (failed) return <p role="alert">{failed.message}</p>;
  return entered.data ? <Board me={entered.data} /> : <p>Opening…</p>;
}

/** The one user of this page. Of several tabs that open it for the first time, one adds them. */
async function userOf(kit: Kit): Promise<User> {
  const external_id = "board";
  try {
    return await kit.createUser({ external_id, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone });
  } catch (error) {
    if (error instanceof CampaignKitError && error.code === "external_id_taken") return kit.findUser(external_id);
    throw error;
  }
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
