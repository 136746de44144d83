// Names and labels of a platform for venture funds, and names that nobody should use.

export const TABLES = [
  'funds', 'investments', 'scenarios', 'carry_waterfalls', 'capital_calls', 'limited_partners', 'portfolio_companies', 'valuations', 'fund_metrics', 'deal_rooms',
  'documents', 'monte_carlo_runs', 'fees', 'reserves', 'distributions', 'users', 'audit_log', 'watchlist', 'exits', 'rounds', 'memos', 'term_sheets', 'lp_reports',
];
export const ODD_TABLES = ['Fund Notes', 'order', '2024_funds', 'userId_table', 'it\'s', 'FundMetrics', 'a.b', 'dash-ed', 'select', 'öffnung'];

export const KEYS = [
  'name', 'status', 'amount', 'ownerId', 'createdAt', 'updatedAt', 'fundSize', 'deployedCapital', 'irr', 'moic', 'tvpi', 'vintageYear', 'isActive', 'notes', 'metadata', 'tags', 'slug',
  'email', 'sector', 'stage', 'checkSize', 'closeDate', 'fundId', 'companyId', 'sortOrder', 'config', 'currency', 'score', 'path', 'managementFee', 'title', 'description', 'kind', 'version',
];
export const ODD_KEYS = [
  'HTTPServer', 'URL2', 'aB1c2D', 'x1Y', 'it_isOK', 'user_name', 'with-dash', "don't", 'ID', 'nameOfFUND', '_private', 'trailing_', 'a', 'A', 'x9', 'äöü', '日本', 'two words', '2024',
  '7', 'LPName', 'fund.name', '$cash', 'default', 'class', 'snake_And_Camel', 'q1_2024', 'iOS', 'eTag', 'kMax', 'v2Beta3',
];

export const LABELS = ['draft', 'active', 'closed', 'archived', 'pending', 'in_review', 'paid', 'called', 'seed', 'series_a', 'Series B', 'exit', "it's", 'on hold', 'N/A', 'a,b', 'x"y', '', 'ÜBER', 'low', 'high'];
export const ENUMS = ['fund_status', 'stage', 'currency', 'dealKind', 'Role', 'visibility', 'risk-level', 'document_type', 'fee_basis', 'waterfall'];
export const SCHEMAS = ['crm', 'reporting', 'audit', 'Auth', 'lp_portal', 'analytics'];
export const ROLES = ['app_user', 'reader', 'fund_admin', 'LP Portal', 'service', 'analyst'];
export const TEXTS = [
  'hello', 'USD', "it's", '', ' ', 'say "hi"', 'back\\slash', 'line\nbreak', 'tab\there', '{}', '[]', 'null', 'now()', "''", '100%', 'ünïcödé', '🚀', '$1', '${x}', '`', 'a;b', '-- no', 'true', '0', '1.50',
];

const CONSTS = ['MAX_NAME', 'DEFAULTS', 'LIMITS', 'SETTINGS', 'KINDS', 'PRECISION', 'OPTIONS', 'BASE', 'CONFIG', 'STATES', 'UNITS'];
export const constantName = (random) => random.of(CONSTS);
