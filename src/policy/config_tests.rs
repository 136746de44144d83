//! What a configuration may say.

use super::*;
use crate::files::MemoryFiles;

fn parse(text: &str) -> Config {
    Config::parse(CONFIG_FILE, text).expect("a configuration")
}

fn refuse(text: &str) -> String {
    Config::parse(CONFIG_FILE, text).expect_err("refused").to_string()
}

#[test]
fn no_file_is_the_default() {
    let none = Config::read(&MemoryFiles::default(), CONFIG_FILE).expect("readable");
    assert_eq!(none, Config::default());
    assert_eq!((none.profile, none.pre_commit), (Profile::Dev, PreCommit::Warn));
    assert_eq!((none.limits.default_days, none.limits.max_days), (14, 30));
    assert_eq!(parse(""), none);
}

#[test]
fn receipts_are_demanded_from_a_severity_on() {
    use Severity::{Dangerous, Risky, Safe};
    let demands = |text: &str| {
        let receipts = parse(text).receipts;
        [Safe, Risky, Dangerous].map(|severity| receipts.demands(severity))
    };
    assert_eq!(demands(""), [false, false, false]);
    assert_eq!(demands("receipts = \"dangerous\""), [false, false, true]);
    assert_eq!(demands("receipts = \"risky\""), [false, true, true]);
    assert!(refuse("receipts = \"all\"").contains("`dangerous`"));
}

#[test]
fn policy_rules_are_named_by_their_ids() {
    let config = parse("policy-rules = [\"index.duplicate\"]\nrequired-columns = [\"created_at\"]");
    let settings = config.settings();
    assert_eq!(settings.policy_rules, ["index.duplicate", "column.required_set"]);
    assert_eq!(settings.required_columns, ["created_at"]);
    assert!(refuse("policy-rules = [\"column.drop\"]").contains("is no policy rule"));
    assert!(refuse("policy-rules = [\"column.required_set\"]").contains("required-columns"));
}

#[test]
fn reads_every_key() {
    let config = parse(
        r#"
        schema = ["shared/db/schema/", "packages/*/schema.ts"]
        drizzle-config = "apps/api/drizzle.config.ts"
        casing = "snake_case"
        env = { EMBEDDING_DIMENSIONS = "1536", LEGACY = false }
        critical = ["monte_carlo_results", "public.funds"]
        profile = "team"
        pre-commit = "block"
        strict = true
        executor = "push"
        postgres = 16

        [[rename]]
        table = "public.portfolio"
        to = "public.investments"

        [[rename]]
        column = "funds.carry"
        to = "carry_rate"

        [acknowledge]
        default-days = 7
        max-days = 10

        [[profiles]]
        remote = "origin"
        ref = "refs/heads/main"
        profile = "production"

        [zod]
        paths = ["shared/schemas/"]

        [verify]
        commands = ["npm run check:funds"]
        "#,
    );
    assert_eq!(config.schema, ["shared/db/schema/", "packages/*/schema.ts"]);
    assert_eq!(config.drizzle_config, ["apps/api/drizzle.config.ts"]);
    assert_eq!(config.casing.map(Casing::as_str), Some("snake_case"));
    assert_eq!((config.profile, config.pre_commit), (Profile::Team, PreCommit::Block));
    assert!(config.strict);
    assert_eq!(config.limits, Limits { default_days: 7, max_days: 10 });
    let renames: Vec<_> = config.renames.iter().map(ToString::to_string).collect();
    assert_eq!(
        renames,
        ["table:public.portfolio=public.investments", "column:public.funds.carry=carry_rate"]
    );
    let env = config.env.iter().map(|(name, text)| (name.as_str(), text.as_deref()));
    assert_eq!(env.collect::<Vec<_>>(), [("EMBEDDING_DIMENSIONS", Some("1536")), ("LEGACY", None)]);
    assert_eq!(config.zod, ["shared/schemas/"]);
    assert_eq!(config.verify, ["npm run check:funds"]);
    let settings = config.settings();
    assert_eq!((settings.executor, settings.postgres), (Executor::Push, Some(16)));
    assert_eq!(settings.critical, ["monte_carlo_results", "public.funds"]);
}

#[test]
fn errors_name_the_place_and_what_is_allowed() {
    for (text, place, word) in [
        ("strict = true\nshcema = \"a\"", "2:1", "`schema`"),
        ("profile = \"prod\"", "1:11", "`production`"),
        ("\n\npre-commit = \"stop\"", "3:14", "`block`"),
        ("executor = \"unknown\"", "1:12", "`migrate`"),
        ("casing = \"kebab\"", "1:10", "`camelCase`"),
        ("strict = 1", "1:10", "boolean"),
        ("schema = 1", "1:10", "a path or an array of paths"),
        ("schema = []", "1:10", "missing"),
        ("schema = \"../other/schema.ts\"", "1:10", "repository's root"),
        ("zod.paths = [\"/etc\"]", "1:13", "repository's root"),
        ("postgres = 160004", "1:12", "major version"),
        ("[acknowledge]\nmax-days = 0", "2:12", "1 to 365"),
        ("[acknowledge]\nmax-days = 10\ndefault-days = 11", "3:16", "1 to 10"),
        ("[acknowledge]\ndays = 10", "2:1", "`default-days`"),
        ("strict = true\n[[rename]]\nto = \"a\"", "2:1", "one old name"),
        ("[[rename]]\ntable = \"a\"\ncolumn = \"a.b\"\nto = \"c\"", "1:1", "one old name"),
        ("[[rename]]\ncolumn = \"a\"\nto = \"c\"", "1:1", "table.column"),
        ("[[profiles]]\nprofile = \"team\"", "1:1", "`remote`"),
        ("[env]\nTIER = true", "2:8", "in quotes"),
        ("[env]\nTIER = 3", "2:8", "text"),
        ("profile =", "1:10", "value"),
    ] {
        let error = refuse(text);
        assert!(error.starts_with(&format!("drizzle-guard.toml:{place}: ")), "{text:?}: {error}");
        assert!(error.contains(word), "{text:?}: {error}");
        assert!(!error.contains('\n'), "{error:?}");
    }
}

#[test]
fn the_first_profile_that_matches_holds() {
    let config = parse(
        r#"
        profile = "team"
        [[profiles]]
        ref = "refs/heads/release/*"
        profile = "production"
        [[profiles]]
        remote = "*example.com*sandbox.git"
        profile = "dev"
        "#,
    );
    let profile = |url: &str, reference: &str| config.profile_for("origin", url, reference);
    let sandbox = "ssh://example.com/team/sandbox.git";
    assert_eq!(profile(sandbox, "refs/heads/release/2"), Profile::Production);
    assert_eq!(profile(sandbox, "refs/heads/main"), Profile::Dev);
    assert_eq!(profile("ssh://example.com/app.git", "refs/heads/main"), Profile::Team);
}

#[test]
fn stars_match_anything() {
    for (pattern, text) in
        [("*", ""), ("a*", "a"), ("a*c", "abc"), ("a*b*c", "a/b/b/c"), ("a*a", "aba")]
    {
        assert!(glob(pattern, text), "{pattern} {text}");
    }
    for (pattern, text) in [("", "a"), ("a*a", "a"), ("a*b*c", "acb"), ("a", "ab")] {
        assert!(!glob(pattern, text), "{pattern} {text}");
    }
}

#[test]
fn a_database_is_production_unless_its_host_is_for_development() {
    let config = Config::parse(
        "drizzle-guard.toml",
        "[environments]\ndevelopment = [\"localhost\", \"*.dev.example.com\"]",
    )
    .unwrap();
    let by = |hosts: &[&str]| {
        let hosts: Vec<String> = hosts.iter().map(|it| (*it).to_owned()).collect();
        config.development_by(&hosts).map(str::to_owned)
    };
    assert_eq!(by(&["localhost"]).as_deref(), Some("localhost"));
    assert_eq!(by(&["db.dev.example.com"]).as_deref(), Some("*.dev.example.com"));
    assert_eq!(by(&["db.example.com"]), None);
    assert_eq!(by(&["localhost", "db.example.com"]), None);
    assert_eq!(by(&[]), None);
    assert_eq!(Config::default().development_by(&["localhost".to_owned()]), None);
    let every = "[environments]\ndevelopment = [\"*\"]";
    let error = Config::parse("drizzle-guard.toml", every).unwrap_err().to_string();
    assert!(error.contains("would make every database one for development"), "{error}");
}

#[test]
fn neither_side_loosens_what_statistics_count_for() {
    let thresholds = |text: &str| Config::parse("drizzle-guard.toml", text).unwrap().statistics;
    let default = thresholds("");
    assert_eq!((default.small, default.large, default.max_age_days), (10_000, 1_000_000, 30));
    // A table is never small and large.
    assert_eq!(thresholds("[statistics]\nsmall = 2000000").large, 2_000_000);
    let mine = thresholds("[statistics]\nsmall = 50_000\nlarge = 500_000\nmax-age-days = 90");
    let strict = Thresholds { small: 10_000, large: 500_000, max_age_days: 30 };
    assert_eq!(mine.stricter(default), strict);
    assert_eq!(default.stricter(mine), strict);
    for (text, why) in [
        (
            "[statistics]\nlarge = 10",
            "2:9: `large` is a number of rows, and not fewer than `small`",
        ),
        (
            "[statistics]\nmax-age-days = 0",
            "2:16: `max-age-days` is a number of days from 1 to 365",
        ),
        ("[statistics]\nsmal = 1", "unknown field `smal`"),
    ] {
        let error = Config::parse("drizzle-guard.toml", text).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}
