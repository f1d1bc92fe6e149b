import { open } from "campaignkit";

const kit = await open({ storage: "file", path: process.argv[2], wait_ms: 60_000 });
console.log("open");
// As long as nobody ends this process.
setInterval(() => kit.listUsers(), 1_000);
