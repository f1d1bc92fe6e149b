import { useCallback, useEffect, useMemo, useState } from "react";
import type { Kit } from "campaignkit";
import { useKit, useLive } from "campaignkit/react";
import { CampaignView } from "./campaign/campaign";
import { CampaignList } from "./shell/campaign-list";
import { Failure } from "./ui/failure";
import { HostProvider } from "./host/host";
import { Icon } from "./ui/icon";
import { NewCampaign } from "./campaign/new-campaign";
import { Overview } from "./shell/overview";
import { useReloadAfterReplace } from "./shell/replaced-database";
import { Rescue } from "./shell/rescue";
import { useRoute } from "./shell/route";
import { Settings } from "./shell/settings";
import { Start } from "./shell/start";
import { StudioContext, type Studio } from "./studio-context";

export const DATABASE = { storage: "opfs", name: "studio" } as const;

export function App() {
  const { kit, error } = useKit(DATABASE);
  useReloadAfterReplace();
  if (error) return <Rescue options={DATABASE} error={error} />;
  if (!kit) return <Waiting text="Opening the database…" />;
  return (
    <>
      <Outdated kit={kit} />
      <WithUser kit={kit} />
    </>
  );
}

function Waiting({ text }: { text: string }) {
  return (
    <main className="waiting">
      <p role="status">{text}</p>
    </main>
  );
}

/** Reports that this page is older than the database wants it to be. */
function Outdated({ kit }: { kit: Kit }) {
  const [outdated, setOutdated] = useState(false);
  useEffect(() => kit.onOutdated(() => setOutdated(true)), [kit]);
  if (!outdated) return null;
  return (
    <div className="bar outdated" role="alert">
      <p>A newer version of the studio is open in another tab.</p>
      <button type="button" onClick={() => location.reload()}>
        Reload
      </button>
    </div>
  );
}

/** The studio has one user; the start page creates it, here or in another tab. */
function WithUser({ kit }: { kit: Kit }) {
  const [user_id, setUserId] = useState<string | null | undefined>();
  const look = useCallback(async () => {
    const { users } = await kit.listUsers({ limit: 1 });
    setUserId(users[0]?.id ?? null);
  }, [kit]);
  useEffect(() => {
    void look();
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [look]);
  if (user_id === undefined) return <Waiting text="Opening the database…" />;
  return user_id ? <Shell kit={kit} user_id={user_id} /> : <Start kit={kit} onStarted={look} />;
}

function Shell({ kit, user_id }: { kit: Kit; user_id: string }) {
  const me = kit.as(user_id);
  const [announcement, announce] = useState("");
  const user = useLive(me, { user: true });
  const accounts = useLive(me, { accounts: { limit: 200 } });
  const campaigns = useLive(me, { campaigns: { limit: 200 } });
  const route = useRoute();
  const [creating, setCreating] = useState(false);

  // The focused control may be gone with its view.
  const view = route.page === "campaign" ? `${route.id} ${route.tab}` : route.page;
  useEffect(() => {
    if (document.activeElement === document.body) document.getElementById("content")?.focus();
  }, [view]);

  const studio = useMemo<Studio | undefined>(
    () =>
      user.data &&
      accounts.data && { kit, me, user: user.data, accounts: accounts.data.accounts.toReversed(), announce },
    [kit, me, user.data, accounts.data],
  );
  const failed = user.error ?? accounts.error;
  if (failed)
    return (
      <main className="waiting">
        <Failure error={failed} />
      </main>
    );
  if (!studio) return <Waiting text="Opening the database…" />;

  return (
    <StudioContext value={studio}>
      <HostProvider>
        <a className="skip" href="#content" onClick={skip}>
          Skip to the content
        </a>
        <div className="shell">
          <aside className="sidebar">
            <a className="brand" href="#/">
              <img src="./icon.svg" alt="" width="24" height="24" /> Studio
            </a>
            <CampaignList campaigns={campaigns.data?.campaigns} route={route} onNew={() => setCreating(true)} />
            <Failure error={campaigns.error} />
            <div className="sidebar-foot">
              <a href="#/settings" aria-current={route.page === "settings" ? "page" : undefined}>
                <Icon name="gear" /> Settings
              </a>
              <p className="hint">
                <Icon name="disk" /> Stays on this device
              </p>
            </div>
          </aside>
          <main id="content" tabIndex={-1}>
            {route.page === "overview" && (
              <Overview campaigns={campaigns.data?.campaigns} onNew={() => setCreating(true)} />
            )}
            {route.page === "settings" && <Settings />}
            {route.page === "campaign" && (
              <CampaignView key={route.id} id={route.id} tab={route.tab} field={route.field} />
            )}
          </main>
        </div>
        {creating && <NewCampaign onClose={() => setCreating(false)} />}
        <p className="unseen" role="status">
          {announcement}
        </p>
      </HostProvider>
    </StudioContext>
  );
}

/** The hash is the route, so the link only moves the focus. */
function skip(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}
