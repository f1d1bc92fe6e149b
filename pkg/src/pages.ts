/** Lists, page by page or as a whole. */

/** A page of a list; iterated, all items of the list from this page on, whose pages are read as they are needed. */
export type Pages<Page, Field extends keyof Page> = Promise<Page> & AsyncIterable<ItemOf<Page[Field]>>;

type ItemOf<List> = List extends readonly (infer Item)[] ? Item : never;

/** @param read Reads the page at a cursor, or the first one. @internal */
export function paged<Page extends { next_cursor: string | null }, Field extends keyof Page>(
  field: Field,
  read: (cursor?: string) => Promise<Page>,
): Pages<Page, Field> {
  const first = read();
  return Object.assign(first, {
    async *[Symbol.asyncIterator]() {
      for (let page = await first; ; page = await read(page.next_cursor)) {
        yield* page[field] as ItemOf<Page[Field]>[];
        if (page.next_cursor === null) return;
      }
    },
  });
}
