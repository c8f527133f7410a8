export { conversation } from './conversation';
export { crmSync } from './crm-sync';
export { mediaFetch } from './media-fetch';
