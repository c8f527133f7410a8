/** Work that nobody waits for until the process ends. */
export interface Background {
  /** Takes note of work that goes on by itself and never fails. */
  add(work: Promise<void>): void;
  /** Resolves when none is under way any more. */
  ended(): Promise<void>;
}

/** Keeps account of what goes on behind answers that have been given. */
export function createBackground(): Background {
  const underWay = new Set<Promise<void>>();
  return {
    add(work) {
      const noted = work.finally(() => {
        underWay.delete(noted);
      });
      underWay.add(noted);
    },
    async ended() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
