import type { SettingsStore } from '../settings/settings.store';
import type { Journal } from '../state/journal.store';
import { AssociationStore } from './association.store';
import { OwnerStore } from './owner.store';
import { PipelineStore } from './pipeline.store';
import { PropertyStore } from './property.store';
import { RecordActions } from './record.actions';
import { RecordStore } from './record.store';
import { RecordView } from './record.view';

export type HubSpotWorld = {
  readonly records: RecordStore;
  readonly properties: PropertyStore;
  readonly associations: AssociationStore;
  readonly pipelines: PipelineStore;
  readonly owners: OwnerStore;
  readonly actions: RecordActions;
  readonly view: RecordView;
  readonly settings: SettingsStore;
  readonly now: () => number;
  readonly portalId: number;
  /** Builds the look-ups anew from the journal. */
  readonly rebuild: () => void;
};

const PORTAL_ID = 24_680_135;

/** Puts the parts of the simulated HubSpot account together. */
export function createHubSpotWorld(
  journal: Journal,
  settings: SettingsStore,
  now: () => number,
): HubSpotWorld {
  const properties = new PropertyStore(journal, now);
  const associations = new AssociationStore(journal);
  const pipelines = new PipelineStore(journal);
  const owners = new OwnerStore(journal);
  const records = new RecordStore(journal, {
    now,
    searchLagMs: () => settings.current.hubspot_search_lag_ms,
    isUnique: (type, property) =>
      (type === 'contacts' && property === 'email') ||
      properties.get(type, property)?.hasUniqueValue === true,
  });
  const actions = new RecordActions({
    records,
    properties,
    associations,
    pipelines,
    owners,
    now,
    portalId: PORTAL_ID,
    isPhoneOnlyCreateAllowed: () => settings.current.hubspot_phone_only_create,
  });
  const view = new RecordView({
    properties,
    pipelines,
    associations,
    phoneCountry: () => settings.current.hubspot_phone_country,
  });
  const rebuild = (): void => {
    associations.rebuild();
    records.rebuild();
  };
  return {
    records,
    properties,
    associations,
    pipelines,
    owners,
    actions,
    view,
    settings,
    now,
    portalId: PORTAL_ID,
    rebuild,
  };
}
