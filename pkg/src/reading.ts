/** What readings of live data depend on. */

import type { Caller, CommitNotice } from "./connection.js";
import { isLong, type Operation } from "./operation.js";
import { OF_CAMPAIGN, READS } from "./operation-table.js";
import { invalid, wrongType } from "./options.js";
import type { Topic } from "./types.js";

interface Dependency {
  readonly topics: readonly Topic[];
  /** The only campaign whose changes matter, besides changes that concern no single campaign. */
  readonly campaign_id: unknown;
}

/** The calls of one reading, and so the commits that concern it. */
export class Looked {
  /** Whether any of them takes long with much data. */
  isLong = false;
  readonly #dependencies = new Map<string, Dependency>();

  /** Performs calls, and notes them. A call that is no reading is refused: its own commit would cause the next one. */
  through(connection: Caller): Caller {
    return {
      call: async (operation, args, work) => {
        this.#note(operation, args[1]);
        return connection.call(operation, args, work);
      },
    };
  }

  #note(operation: Operation, first: unknown): void {
    if (!isReading(operation)) throw invalid([wrongType("read", "a function that only reads")]);
    this.isLong ||= isLong(operation);
    const isOfCampaign = (OF_CAMPAIGN as readonly Operation[]).includes(operation);
    const campaign_id = isOfCampaign ? inEvents(named(first)) : undefined;
    this.#dependencies.set(`${operation} ${campaign_id}`, { topics: READS[operation], campaign_id });
  }

  isConcernedBy({ events, concerns }: CommitNotice): boolean {
    return [...this.#dependencies.values()].some(({ topics, campaign_id }) =>
      events.some(
        (event, at) =>
          concerns[at]?.some((topic) => topics.includes(topic)) &&
          (campaign_id === undefined || !("campaign_id" in event) || event.campaign_id === campaign_id),
      ),
    );
  }
}

function isReading(operation: Operation): operation is keyof typeof READS {
  return Object.hasOwn(READS, operation);
}

/** The campaign that the first argument names: it is its id, or has it. */
function named(first: unknown): unknown {
  return typeof first === "object" && first !== null ? (first as { campaign_id?: unknown }).campaign_id : first;
}

/** An id as events have it. */
export function inEvents(id: unknown): unknown {
  return typeof id === "string" ? id.toLowerCase() : id;
}
