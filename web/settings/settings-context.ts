import type { Role } from '../../protocol/access.ts';
import type { Api } from '../model/api.ts';
import type { AccountQuery } from '../model/me.ts';

/** What each section is given: how to call the API about one account, and what its reader may do there. */
export type SettingsContext = {
  api: Api;
  onSignedOut: () => void;
  query: AccountQuery;
  role: Role | null;
  /** The reader runs the whole deployment, and not only accounts in it. */
  isDeploymentAdmin: boolean;
  /** The query of the address, where a section keeps its filters. */
  search: { readonly value: string };
  replaceSearch: (search: string) => void;
  /** Where this deployment is, for commands that people paste. */
  origin: string;
};

export type SectionProps = { context: SettingsContext };
