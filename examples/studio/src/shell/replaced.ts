/** A replaced database is another one: every tab starts anew. */

import { useEffect } from "react";

const CHANNEL = "campaignkit-studio";

export function useReplaced(): void {
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
