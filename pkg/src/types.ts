// Provisional; generated from the Rust types by `cargo xtask types`.
export type Kind = "invalid" | "unauthorized" | "not_found" | "conflict" | "unavailable" | "internal";
export type Issue = { path: string; code: string; message: string; expected?: string; allowed?: string[]; min?: number; max?: number; closest?: string; suggestions?: string[] };
export type ErrorShape = { kind: Kind; code: string; status: number; message: string; path?: string; issues?: Issue[]; suggested_name?: string; found?: number; supported?: number };
export type User = { id: string; time_zone: string };
export type CreateUser = { id?: string | null; time_zone?: string | null };
export type UpdateUser = { time_zone?: string | null };
export type Account = { type: "email"; id: string; email_address: string } | { type: "linkedin"; id: string; profile_url: string };
export type AddAccount = { type: "email"; email_address: string; first_name?: string | null } | { type: "linkedin"; profile_url: string };
export type UpdateAccount = { first_name?: string | null };
export type ListAccounts = { type?: "email" | "linkedin" | null; limit?: number | null; cursor?: string | null };
export type AccountPage = { accounts: Account[]; next_cursor: string | null };
export type CreateCampaign =
  | { type: "email"; name: string; sender_account_ids: string[]; id?: string | null; daily_limit?: number | null }
  | { type: "linkedin"; name: string; sender_account_ids: string[]; id?: string | null; skip_other_campaigns?: boolean | null };
export type Campaign = { type: "email" | "linkedin"; id: string; name: string };
export type Notice = { code: string; path: string; message: string; closest?: string; from?: number; to?: number };
export type Created = { campaign: Campaign; notices: Notice[] };
export type ListCampaigns = { status?: string | null; limit?: number | null; cursor?: string | null };
export type CampaignPage = { campaigns: Campaign[]; next_cursor: string | null };
export type Event = { id: string };
export type ListEvents = { limit?: number | null; cursor?: string | null };
export type EventPage = { events: Event[]; next_cursor: string | null };
