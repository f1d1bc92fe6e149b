/** After the database was replaced by another one, every tab reloads. */

import { useEffect } from "react";

const CHANNEL = "campaignkit-studio";

export function useReloadAfterReplace(): void {
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = () => location.reload();
    return () => channel.close();
  }, []);
}

export function announceReplaced(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage("replaced");
  channel.close();
  location.hash = "";
  location.reload();
}
