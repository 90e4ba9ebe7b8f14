/**
 * What each rule can only find beside, in lower case: cheap to look for, so that a rule seldom has to run. A rule that
 * is not named here runs on every text.
 */
export const RULE_HINTS: Readonly<Record<string, readonly string[]>> = {
  '@secretlint/secretlint-rule-aws': ['access_key', 'accesskey'],
  // Looks at whole files by their names; what is in them, other rules find.
  '@secretlint/secretlint-rule-gcp': [],
  '@secretlint/secretlint-rule-privatekey': ['private key'],
  '@secretlint/secretlint-rule-npm': ['npm_', 'x-oauth-basic'],
  '@secretlint/secretlint-rule-basicauth': ['http://', 'https://', 'ftp://', 'ftps://'],
  '@secretlint/secretlint-rule-slack': ['xox', 'xapp-', 'hooks.slack.com'],
  '@secretlint/secretlint-rule-sendgrid': ['sg.'],
  '@secretlint/secretlint-rule-shopify': ['shppa_', 'shpca_', 'shpat_', 'shpss_'],
  '@secretlint/secretlint-rule-stripe': ['k_live', 'k_test'],
  '@secretlint/secretlint-rule-github': ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
  '@secretlint/secretlint-rule-gitlab': ['glpat-'],
  '@secretlint/secretlint-rule-grafana': ['glc_', 'glsa_'],
  '@secretlint/secretlint-rule-openai': ['sk-'],
  '@secretlint/secretlint-rule-anthropic': ['sk-ant'],
  '@secretlint/secretlint-rule-groq': ['gsk_'],
  '@secretlint/secretlint-rule-huggingface': ['hf_'],
  '@secretlint/secretlint-rule-linear': ['lin_api_'],
  '@secretlint/secretlint-rule-notion': ['ntn_'],
  '@secretlint/secretlint-rule-1password': ['ops_'],
  '@secretlint/secretlint-rule-database-connection-string': ['mongodb', 'mysql', 'postgres'],
  '@secretlint/secretlint-rule-hashicorp-vault': ['hvs.', 'hvb.', 'hvr.'],
  '@secretlint/secretlint-rule-vercel': ['vcp_', 'vci_', 'vca_', 'vcr_', 'vck_'],
  '@secretlint/secretlint-rule-databricks': ['dapi'],
  '@secretlint/secretlint-rule-docker': ['dckr_pat_'],
  '@secretlint/secretlint-rule-figma': ['figd_'],
  '@secretlint/secretlint-rule-cloudflare': ['cfk_', 'cfut_', 'cfat_'],
  '@secretlint/secretlint-rule-tailscale': ['tskey-'],
  'signalbox/private-key': ['private key'],
  'signalbox/named-value': [
    'authorization',
    'x-api-key',
    'private-token',
    'x-auth-token',
    'access_key',
    'accesskey',
    'session_token',
    'sessiontoken',
    '_auth',
  ],
};

/** Beginnings of the tokens of `token-rule.ts`. */
const TOKEN_HINTS = [
  'ghp_,gho_,ghu_,ghs_,ghr_,github_pat_,sk-,sba_,sbk_,sbr_,sbs_,sbt_,xox,xapp-,xwfp-,akia,asia,glpat-,glc_,glsa_',
  'lin_api_,shppa_,shpca_,shpat_,shpss_,k_live,k_test,dckr_pat_,figd_,tskey-,aiza,pypi-,hvs.,hvb.,hvr.,eyj',
  'npm_,hf_,gsk_,ntn_,sg.,ops_,vcp_,vci_,vca_,vcr_,vck_,dapi,cfk_,cfut_,cfat_',
].flatMap((line) => line.split(','));

/** The hints of a rule by its id; null when it has none and has to run always. */
export function hintsOf(ruleId: string): readonly string[] | null {
  return ruleId === 'signalbox/token' ? TOKEN_HINTS : (RULE_HINTS[ruleId] ?? null);
}
