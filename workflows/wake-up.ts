import { CancellationScope, sleep } from '@temporalio/workflow';

/** The one timer a conversation keeps for whatever is due next. */
export interface WakeUp {
  /** Makes sure that `onFire` runs at `atMs` or earlier; an earlier timer stays, as its look finds what is due. */
  notLaterThan(atMs: number): void;
}

/** Keeps one timer, armed anew only for an earlier time: each message would otherwise cost a cancelled timer. */
export function createWakeUp(onFire: () => void): WakeUp {
  let armedForMs: number | null = null;
  let scope = new CancellationScope();
  const fire = (): void => {
    armedForMs = null;
    onFire();
  };
  return {
    notLaterThan(atMs) {
      if (armedForMs !== null && armedForMs <= atMs) return;
      scope.cancel();
      scope = new CancellationScope();
      armedForMs = atMs;
      scope
        .run(() => sleep(Math.max(1, atMs - Date.now()), { summary: 'look again' }))
        // A cancelled timer was replaced by an earlier one.
        .then(fire, () => undefined);
    },
  };
}
