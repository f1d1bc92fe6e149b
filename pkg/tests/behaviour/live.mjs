/** Subscriptions: who is notified of what, and when. */

import { UNPACED, assert, begin, equal, uuid7 } from "./words.mjs";

export const cases = {
  async "a subscription gets its result at once, and then after the transactions that concern it"(kit) {
    const { user, me, request } = await begin(kit);
    const first = (await me.createCampaign({ ...request, name: "First" })).campaign;
    const second = (await me.createCampaign({ ...request, name: "Second" })).campaign;
    const told = { campaigns: [], campaign: [], prospects: [], tasks: [], commits: [] };
    let wake = () => {};
    const note = (list, value) => {
      told[list].push(value);
      wake();
    };
    const until = async (holds) => {
      while (!holds()) await new Promise((resolve) => (wake = resolve));
    };
    const types = (commit) => commit && commit.events.map(({ type }) => type).join();
    const ends = [
      me.subscribe({ campaigns: {} }, (_, commit) => note("campaigns", types(commit))),
      me.subscribe({ campaign: first.id }, ({ name }, commit) => note("campaign", [name, types(commit)])),
      me.subscribe({ prospects: first.id, status: "pending" }, ({ prospects }) => note("prospects", prospects.length)),
      me.subscribe({ tasks: first.id }, ({ tasks }) => note("tasks", tasks.length)),
      me.onCommit(({ user_id, events }) => note("commits", [user_id === user.id, events.length])),
    ];
    await until(() => ["campaigns", "campaign", "prospects", "tasks"].every((list) => told[list].length === 1));
    const people = Array.from({ length: 1_000 }, (_, i) => ({ email: `p${i}@example.com` }));
    await me.addProspects(first.id, { prospects: people });
    await me.addProspects(second.id, { prospects: people });
    await me.createList({ name: "Of no concern" });
    await kit.as((await kit.createUser()).id).createList({ name: "Of someone else" });
    await me.updateCampaign(first.id, { name: "First!" });
    const last = (list) => told[list].at(-1);
    await until(() => told.commits.length === 4 && last("campaign")[0] === "First!" && last("prospects") === 50);
    await until(() => last("campaigns") === "campaign_updated");
    equal(told.commits, Array(4).fill([true, 1]));
    // Commits in quick succession share one result.
    const isAmong = (list, all) => {
      const left = all.map((one) => JSON.stringify(one));
      for (const one of told[list]) {
        const at = left.indexOf(JSON.stringify(one));
        assert(at >= 0, `${JSON.stringify(one)} comes in order: ${JSON.stringify(told[list])}`);
        left.splice(0, at + 1);
      }
    };
    isAmong("campaigns", [null, "prospects_added", "prospects_added", "campaign_updated"]);
    equal([told.campaigns[0], told.campaign[0]], [null, ["First", null]]);
    equal(last("campaign"), ["First!", "campaign_updated"]);
    isAmong("prospects", [0, 50]);
    equal(told.tasks, [0]);
    for (const end of ends) end();
    await me.updateCampaign(first.id, { name: "Unseen" });
    const gone = new Promise((resolve) => me.subscribe({ campaign: uuid7() }, () => {}, resolve));
    equal((await gone).code, "campaign_not_found");
    equal(told.commits.length, 4);
  },

  async "commits during a query cause one more result, with the last commit"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const told = { campaigns: [], campaign: [], prospects: [] };
    const commits = [];
    let wake = () => {};
    const until = async (holds) => {
      while (!holds()) await new Promise((resolve) => (wake = resolve));
    };
    const note = (list) => (answer, commit) => (told[list].push([answer, commit]), wake());
    const ends = [
      me.subscribe({ campaigns: {} }, note("campaigns")),
      me.subscribe({ campaign: campaign.id }, note("campaign")),
      me.subscribe({ prospects: campaign.id }, note("prospects")),
      me.onCommit((commit) => (commits.push(commit.events.at(-1).number), wake())),
    ];
    await until(() => Object.values(told).every(({ length }) => length === 1));
    const COMMITS = 400;
    const people = (n) => ({ prospects: [{ email: `p${n}@example.com` }] });
    await Promise.all(Array.from({ length: COMMITS }, (_, n) => me.addProspects(campaign.id, people(n))));
    const number = () => commits.at(-1);
    const isLast = ([, commit]) => commit?.events.at(-1).number === number();
    await until(() => commits.length === COMMITS && Object.values(told).every((calls) => isLast(calls.at(-1))));
    equal(
      commits.map((number) => number - commits[0]),
      Array.from({ length: COMMITS }, (_, n) => n),
      "each commit, in order",
    );
    for (const [list, calls] of Object.entries(told)) {
      assert(calls.length <= COMMITS / 4, `${list} was notified ${calls.length} times of ${COMMITS} commits`);
    }
    for (const end of ends) end();
  },

  async "the last result is that after the last commit, however calls and results overlap"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    let seed = 42;
    const random = (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const queries = {
      campaign: { campaign: campaign.id },
      campaigns: { campaigns: {} },
      prospects: { prospects: campaign.id },
    };
    const ask = {
      campaign: () => me.getCampaign(campaign.id),
      campaigns: () => me.listCampaigns(),
      prospects: () => me.listProspects(campaign.id),
    };
    for (let round = 0; round < 20; round++) {
      const told = {};
      let wake = () => {};
      const ends = Object.entries(queries).map(([name, query]) =>
        me.subscribe(query, (answer) => ((told[name] = answer), wake())),
      );
      const calls = [];
      for (let step = random(20) + 1; step > 0; step--) {
        const name = `Name ${round} ${step}`;
        calls.push(
          [
            () => me.updateCampaign(campaign.id, { name }),
            () => me.addProspects(campaign.id, { prospects: [{ email: `p${round}-${step}@example.com` }] }),
            () => me.createList({ name }),
          ][random(3)](),
        );
        if (random(3) === 0) await calls.at(-1);
        for (let turns = random(4); turns > 0; turns--) await null;
      }
      await Promise.all(calls);
      for (const [name, fresh] of Object.entries(ask)) {
        const last = JSON.stringify(await fresh());
        while (JSON.stringify(told[name]) !== last) await new Promise((resolve) => (wake = resolve));
      }
      for (const end of ends) end();
    }
  },

  async "a subscription to accounts or to the user is notified of their changes, and of nobody else's"(kit) {
    const { user, me, account, request } = await begin(kit);
    const { campaign } = await me.createCampaign({ ...request, name: "Ended" });
    await me.updateNode(campaign.id, campaign.sequence_nodes[0].id, { subject: "Hi", body: "A text" });
    equal((await me.launch(campaign.id)).campaign.status, "completed");
    const stranger = await begin(kit);
    const told = { user: [], accounts: [], mailboxes: [], campaign: [] };
    let wake = () => {};
    const note = (list) => (answer, commit) => {
      told[list].push([answer, commit && commit.events.map(({ type }) => type).join()]);
      wake();
    };
    const until = async (list, count) => {
      while (told[list].length < count) await new Promise((resolve) => (wake = resolve));
    };
    const ends = [
      me.subscribe({ user: true }, note("user")),
      me.subscribe({ accounts: {} }, note("accounts")),
      me.subscribe({ accounts: { type: "email" } }, note("mailboxes")),
      me.subscribe({ campaign: campaign.id }, note("campaign")),
    ];
    for (const list of Object.keys(told)) await until(list, 1);
    const { id } = await me.addAccount({ type: "linkedin", profile_url: "linkedin.com/in/ana", ...UNPACED });
    await me.updateAccount(id, { status: "disconnected" });
    await kit.updateUser(stranger.user.id, { time_zone: "Asia/Tokyo" });
    await stranger.me.updateAccount(stranger.account.id, { first_name: "Bo" });
    await me.createList({ name: "Of no concern" });
    await kit.updateUser(user.id, { time_zone: "Asia/Tokyo" });
    await me.removeAccount(account.id);
    await until("user", 2);
    for (const list of ["accounts", "mailboxes"]) await until(list, 4);
    await until("campaign", 2);
    for (const end of ends) end();

    const by = (list) => told[list].map(([, types]) => types);
    const changes = [null, "account_added", "account_updated", "account_removed"];
    equal([by("user"), by("accounts"), by("mailboxes")], [[null, "user_updated"], changes, changes]);
    equal(
      told.user.map(([{ time_zone }]) => time_zone),
      ["Europe/Berlin", "Asia/Tokyo"],
    );
    const last = (list) => told[list].at(-1)[0];
    equal(last("accounts"), await me.listAccounts());
    equal(
      [told.accounts[0][0].accounts, last("accounts").accounts.map(({ status }) => status), last("mailboxes").accounts],
      [[account], ["disconnected"], []],
    );
    // A completed campaign forgets a sender that is removed.
    equal(by("campaign"), [null, "account_removed"]);
    equal(last("campaign"), await me.getCampaign(campaign.id));
  },

  async "each user's events are counted separately, and each follower gets all of them once"(kit, { open }) {
    const users = [await begin(kit), await begin(kit)];
    const told = users.map(() => []);
    let wake = () => {};
    const until = async (holds) => {
      while (!holds()) await new Promise((resolve) => (wake = resolve));
    };
    const note = (at) => (commit) => {
      for (const { number, type } of commit.events) told[at].push([number, type]);
      wake();
    };
    const follow = () => users.map(({ user }, at) => kit.as(user.id.toUpperCase()).onCommit(note(at)));
    let ends = follow();
    const shown = [];
    // An id is the same in upper and lower case; the first result shows that they follow.
    const campaign = (await users[0].me.createCampaign(users[0].request)).campaign;
    ends.push(
      kit.as(users[0].user.id).subscribe({ campaign: campaign.id.toUpperCase() }, ({ name }) => {
        shown.push(name);
        wake();
      }),
    );
    const lead = { leads: [{ email: "bo@example.com" }] };
    await until(() => shown.length === 1 && told[0].length === 1);
    for (const [step, at] of [0, 1, 1, 0, 1].entries()) {
      const { me } = users[at];
      const { id } = await me.createList({ name: `List ${step}` });
      await me.addLeads(id, lead);
    }
    await users[0].me.updateCampaign(campaign.id, { name: "Renamed" });
    await until(() => shown.length === 2 && told[0].length === 6 && told[1].length === 6);
    equal(
      told.map((events) => events.map(([number]) => number)),
      Array(2).fill([3, 4, 5, 6, 7, 8]),
      "no number reveals another user's events",
    );
    for (const end of ends) end();
    equal(shown, ["Outreach", "Renamed"]);

    // Another database replaces this one: it has fewer events of one user, and none of the other.
    const other = await open({ storage: "memory" });
    const early = new Response(await kit.exportDatabase()).arrayBuffer();
    const { me, user } = users[1];
    const failures = [];
    ends = [
      kit.as(user.id).onCommit(note(1)),
      kit.as(user.id).subscribe(
        { accounts: {} },
        () => wake(),
        ({ code }) => {
          failures.push(code);
          wake();
        },
      ),
    ];
    await me.listEvents();
    await me.createList({ name: "Not in the copy" });
    await until(() => told[1].at(-1)[0] === 9);
    await kit.importDatabase(await other.exportDatabase());
    await until(() => failures.length === 1);
    equal(failures, ["user_not_found"]);
    await kit.importDatabase(await early);
    await me.createList({ name: "In the copy" });
    await until(() => told[1].length === 8);
    equal(told[1].slice(6), [
      [9, "list_created"],
      [9, "list_created"],
    ]);
    for (const end of ends) end();
    await other.close();
  },

  async "what a function reads is read again after the commits that concern it"(kit) {
    const { me, request } = await begin(kit);
    const first = (await me.createCampaign({ ...request, name: "First" })).campaign;
    const told = { ready: [], emails: [], lists: [] };
    let wake = () => {};
    const note = (name, value) => {
      told[name].push(value);
      wake();
    };
    const until = async (holds) => {
      while (!holds()) await new Promise((resolve) => (wake = resolve));
    };
    const everybody = async (me) => {
      const { campaigns } = await me.listCampaigns();
      const pages = await Promise.all(campaigns.map(({ id }) => me.listProspects(id)));
      return pages.flatMap(({ prospects }) => prospects.map(({ email }) => email)).sort();
    };
    const ends = [
      me.live(
        (me) => me.validate(first.id.toUpperCase()),
        ({ errors }) => note("ready", errors.length),
      ),
      me.live(everybody, (emails, commit) => note("emails", [emails.join(), commit?.events[0].type ?? null])),
      me.live(
        (me) => me.listLists(),
        ({ lists }) => note("lists", lists.length),
      ),
    ];
    await until(() => Object.values(told).every(({ length }) => length === 1));
    await me.createList({ name: "Of concern to one" });
    await until(() => told.lists.length === 2);
    equal([told.lists, told.ready.length, told.emails], [[0, 1], 1, [["", null]]]);
    // What a reading looks at may change from one to the next.
    const second = (await me.createCampaign({ ...request, name: "Second" })).campaign;
    await until(() => told.emails.length === 2);
    await me.addProspects(second.id, { prospects: [{ email: "bo@example.com" }] });
    await until(() => told.emails.at(-1)[0] === "bo@example.com");
    equal(told.emails.at(-1)[1], "prospects_added");
    await me.updateNode(first.id, first.sequence_nodes[0].id, { subject: "Hi", body: "A text" });
    await until(() => told.ready.at(-1) === 0);
    for (const end of ends) end();
  },

  async "a function that changes something is refused, and one that fails is tried again after a commit"(kit) {
    const { me, request } = await begin(kit);
    const refusal = await new Promise((resolve) => me.live((me) => me.createList({ name: "No" }), resolve, resolve));
    equal([refusal.code, refusal.issues[0].path], ["invalid_input", "read"]);
    equal((await me.listLists()).lists, []);
    const told = [];
    let wake = () => {};
    const end = me.live(
      async (me) => {
        const { campaigns } = await me.listCampaigns();
        if (campaigns.length === 0) throw new Error("none yet");
        return campaigns[0].name;
      },
      (name) => wake(told.push(name)),
      ({ message }) => wake(told.push(message)),
    );
    while (told.length < 1) await new Promise((resolve) => (wake = resolve));
    await me.createCampaign(request);
    while (told.length < 2) await new Promise((resolve) => (wake = resolve));
    equal(told, ["none yet", "Outreach"]);
    end();
  },

  async "what takes long is read at most once a second, and its last result is that after the last commit"(kit) {
    const { me, request } = await begin(kit);
    const { campaign } = await me.createCampaign(request);
    const told = [];
    let wake = () => {};
    const end = me.live(
      (me) => me.forecast(campaign.id),
      ({ finish_date, stuck, days }) => wake(told.push(JSON.stringify([finish_date, stuck, days]))),
    );
    for (let n = 0; n < 20; n++) await me.addProspects(campaign.id, { prospects: [{ email: `p${n}@example.com` }] });
    const { finish_date, stuck, days } = await me.forecast(campaign.id);
    const last = JSON.stringify([finish_date, stuck, days]);
    while (told.at(-1) !== last) await new Promise((resolve) => (wake = resolve));
    end();
    assert(told.length <= 3, `${told.length} readings`);
  },

  async "a listener to all users gets each commit once, also of users who come later"(kit, { open }) {
    const { user, me } = await begin(kit);
    const told = {};
    let wake = () => {};
    const end = kit.onCommit(({ user_id, events }) => {
      for (const { number } of events) (told[user_id] ??= []).push(number);
      wake();
    });
    const until = async (id, number) => {
      while (told[id]?.at(-1) !== number) await new Promise((resolve) => (wake = resolve));
    };
    await me.createList({ name: "A" });
    const another = await begin(kit);
    const endOfOne = another.me.onCommit(() => {});
    await another.me.createList({ name: "A" });
    await until(another.user.id, 3);
    endOfOne();
    await another.me.createList({ name: "B" });
    await me.createList({ name: "B" });
    await until(another.user.id, 4);
    await until(user.id, 4);
    equal(told, { [user.id]: [3, 4], [another.user.id]: [1, 2, 3, 4] });

    // Another database, in which the user has done less.
    const other = await open({ storage: "memory" });
    const stranger = await begin(other);
    await kit.importDatabase(await other.exportDatabase());
    await kit.as(stranger.user.id).createList({ name: "A" });
    await until(stranger.user.id, 3);
    equal(told[stranger.user.id], [3]);
    end();
    await kit.as(stranger.user.id).createList({ name: "B" });
    equal(told[stranger.user.id], [3]);
    await other.close();
  },
};
