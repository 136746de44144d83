use super::super::acknowledgement::tests::sample;
use super::super::config::Receipted;
use super::super::flag::parse_flags;
use super::*;
use crate::files::MemoryFiles;

const PATH: &str = ".drizzle-guard/acks/fe533e9d6666.toml";

fn fingerprint() -> String {
    sample().change
}

fn other() -> String {
    format!("dg1:0a1b2c3d4e5f{}", "0".repeat(52))
}

fn dangerous(fingerprint: &str) -> Asked<'_> {
    Asked { fingerprint, severity: Severity::Dangerous, rules: vec!["column.drop"] }
}

/// A state with some acknowledgements.
fn with(acks: &[Acknowledgement]) -> MemoryFiles {
    let readme = ("README.md".to_owned(), "funds".to_owned());
    let acks = acks.iter().map(|ack| (Acknowledgement::path_of(&ack.change), ack.to_toml()));
    MemoryFiles::new(std::iter::once(readme).chain(acks))
}

struct Case {
    before: MemoryFiles,
    after: MemoryFiles,
    config: Config,
    profile: Profile,
    today: &'static str,
    flags: &'static str,
}

fn case(acks: &[Acknowledgement]) -> Case {
    Case {
        before: with(&[]),
        after: with(acks),
        config: Config::default(),
        profile: Profile::Dev,
        today: "2026-11-25",
        flags: "",
    }
}

impl Case {
    fn decide(&self, asked: &[Asked<'_>]) -> Result<Decision, Error> {
        let circumstances = Circumstances {
            files: Diff::new(&self.before, &self.after),
            config: &self.config,
            profile: self.profile,
            today: self.today.parse().expect("a date"),
        };
        decide(asked, &circumstances, || Ok(parse_flags(self.flags)))
    }

    /// The decision about one dangerous change.
    fn one(&self) -> Decision {
        self.decide(&[dangerous(&fingerprint())]).expect("decided")
    }

    /// Why it is blocked.
    fn why(&self) -> String {
        let decision = self.one();
        assert_eq!(decision.verdict, Verdict::Block);
        match &decision.answers[0] {
            Answer::Needed(why) => why.join("; "),
            answer => panic!("{answer:?}"),
        }
    }
}

#[test]
fn a_dangerous_change_is_blocked_until_it_is_acknowledged() {
    assert_eq!(case(&[]).why(), "");
    let decision = case(&[sample()]).one();
    assert_eq!(decision.verdict, Verdict::Pass);
    let Answer::Acknowledged(by) = &decision.answers[0] else { panic!("{decision:?}") };
    assert_eq!((by.by, by.source.as_str()), ("file", PATH));
    assert_eq!(by.who.as_deref(), Some("Ana Ruiz <ana@example.com>"));
    assert_eq!(decision.remarks, []);
}

#[test]
fn lesser_changes_pass() {
    let (one, two) = (fingerprint(), other());
    let risky = Asked { severity: Severity::Risky, ..dangerous(&one) };
    let safe = Asked { severity: Severity::Safe, rules: Vec::new(), ..dangerous(&two) };
    let decide = |case: &Case, asked: &[Asked<'_>]| case.decide(asked).expect("decided").verdict;
    assert_eq!(decide(&case(&[]), std::slice::from_ref(&safe)), Verdict::Pass);
    assert_eq!(decide(&case(&[]), &[risky.clone(), safe.clone()]), Verdict::Warn);
    let mut strict = case(&[]);
    strict.config.strict = true;
    assert_eq!(decide(&strict, std::slice::from_ref(&risky)), Verdict::Block);
    let mut production = case(&[]);
    production.profile = Profile::Production;
    assert_eq!(decide(&production, std::slice::from_ref(&risky)), Verdict::Block);
    production.flags = "dg1:fe533e9d6666";
    assert_eq!(decide(&production, &[risky, safe]), Verdict::Pass);
}

#[test]
fn git_is_not_asked_when_nothing_needs_it() {
    let (before, after) = (with(&[]), with(&[]));
    let circumstances = Circumstances {
        files: Diff::new(&before, &after),
        config: &Config::default(),
        profile: Profile::Dev,
        today: "2026-11-25".parse().expect("a date"),
    };
    let decision = decide(&[], &circumstances, || Err(Error::Git("asked".to_owned())));
    assert_eq!(decision.map(|it| it.verdict), Ok(Verdict::Pass));
}

#[test]
fn a_spent_acknowledgement_does_not_count_again() {
    let mut replay = case(&[sample()]);
    replay.before = with(&[sample()]);
    assert!(replay.why().contains("spent"), "{}", replay.why());
    // Under another name it is the same one.
    let text = sample().to_toml();
    replay.after = MemoryFiles::new([(".drizzle-guard/acks/dg1-fe533e9d6666.toml", text)]);
    assert!(replay.why().contains("spent"), "{}", replay.why());
    // A renewed one is another.
    replay.after =
        with(&[Acknowledgement { reason: "second time, ticket 77".to_owned(), ..sample() }]);
    assert_eq!(replay.one().verdict, Verdict::Pass);
}

#[test]
fn an_acknowledgement_covers_what_it_saw() {
    let text = |ack: Acknowledgement| case(&[ack]).why();
    let stale = Acknowledgement { rules: vec!["index.drop".to_owned()], ..sample() };
    assert!(text(stale).contains("does not name column.drop"));
    let lesser = Acknowledgement { severity: Severity::Risky, ..sample() };
    assert!(text(lesser).contains("lesser severity"));
    let more = Acknowledgement {
        rules: ["table.drop", "column.drop"].map(str::to_owned).into(),
        ..sample()
    };
    assert_eq!(case(&[more]).one().verdict, Verdict::Pass);
    let mut late = case(&[sample()]);
    late.today = "2026-12-07";
    assert!(late.why().contains("expired on 2026-12-06"));
}

#[test]
fn every_change_needs_its_own() {
    let (one, two) = (fingerprint(), other());
    let decision = case(&[sample()]).decide(&[dangerous(&one), dangerous(&two)]).expect("decided");
    assert_eq!(decision.verdict, Verdict::Block);
    assert!(matches!(decision.answers[0], Answer::Acknowledged(_)));
    assert_eq!(decision.answers[1], Answer::Needed(Vec::new()));
}

#[test]
fn an_unused_acknowledgement_is_told() {
    let decision = case(&[sample()]).decide(&[]).expect("decided");
    assert_eq!(decision.verdict, Verdict::Pass);
    assert!(decision.unused[0].warning && decision.unused[0].text.contains(PATH));
    // Against nothing (a new remote) all files are new, and none is a mistake.
    let mut first = case(&[sample()]);
    first.before = MemoryFiles::default();
    assert_eq!(first.decide(&[]).expect("decided").unused, []);
}

#[test]
fn a_broken_acknowledgement_is_an_error_only_when_it_is_fresh() {
    let broken = || MemoryFiles::new([(PATH, "version = 1\n")]);
    let mut case = case(&[]);
    case.after = broken();
    let error = case.decide(&[]).expect_err("refused");
    assert!(error.to_string().starts_with(PATH), "{error}");
    case.before = broken();
    assert_eq!(case.decide(&[]).map(|it| it.verdict), Ok(Verdict::Pass));
}

#[test]
fn the_flag_is_enough_for_dev() {
    for flags in ["dg1:fe533e9d6666", "fe533e9d66660"] {
        let decision = Case { flags, ..case(&[]) }.one();
        assert_eq!(decision.verdict, Verdict::Pass);
        let Answer::Acknowledged(by) = &decision.answers[0] else { panic!("{decision:?}") };
        assert_eq!((by.by, by.source.as_str()), ("flag", flags));
    }
}

#[test]
fn the_flag_names_all_changes_by_their_digest() {
    let (one, two) = (fingerprint(), other());
    let asked = [dangerous(&one), dangerous(&two)];
    let digest = plan_digest([two.as_str(), one.as_str()]);
    assert_eq!(case(&[]).decide(&asked).expect("decided").plan, Some(digest.clone()));
    let flags: &'static str = Box::leak(format!("plan:{}", &digest[..12]).into_boxed_str());
    let decision = Case { flags, ..case(&[]) }.decide(&asked).expect("decided");
    assert_eq!(decision.verdict, Verdict::Pass);
    // One more change, and it means something else.
    let third = format!("dg1:{}", "3".repeat(64));
    let more = [dangerous(&one), dangerous(&two), dangerous(&third)];
    let decision = Case { flags, ..case(&[]) }.decide(&more).expect("decided");
    assert_eq!(decision.verdict, Verdict::Block);
    assert!(decision.remarks[0].text.contains("names no change"));
}

#[test]
fn words_are_refused_with_the_command_to_copy() {
    for flags in ["true", "1", "yes", "all", "*", "dg1:fe533e", "dg1:fe533e9d6666,all"] {
        let error = Case { flags, ..case(&[]) }.decide(&[dangerous(&fingerprint())]);
        let error = error.expect_err("refused");
        assert_eq!(error.hint(), Some("git -c drizzle-guard.ack=dg1:fe533e9d6666 push"), "{flags}");
    }
}

#[test]
fn an_ambiguous_flag_is_refused() {
    let twin = format!("dg1:fe533e9d6666{}", "1".repeat(52));
    let one = fingerprint();
    let asked = [dangerous(&one), dangerous(&twin)];
    let error = Case { flags: "fe533e9d6666", ..case(&[]) }.decide(&asked).expect_err("refused");
    assert!(error.to_string().contains("short for 2 changes"), "{error}");
    assert!(error.hint().expect("a hint").contains(&twin));
    let decision = Case { flags: "fe533e9d66661", ..case(&[]) }.decide(&asked).expect("decided");
    assert_eq!(decision.answers[0], Answer::Needed(Vec::new()));
    assert!(matches!(decision.answers[1], Answer::Acknowledged(_)));
}

#[test]
fn a_team_wants_the_file() {
    let mut team = case(&[]);
    (team.profile, team.flags) = (Profile::Team, "dg1:fe533e9d6666");
    assert!(team.why().contains("wants a file"));
    assert_eq!(team.one().consent, Consent::File);
    team.after = with(&[sample()]);
    assert_eq!(team.one().verdict, Verdict::Pass);
}

#[test]
fn production_wants_both_and_another_person() {
    let approved =
        Acknowledgement { approvals: vec!["Bo Lind <bo@example.com>".to_owned()], ..sample() };
    let mut production = case(&[sample()]);
    production.profile = Profile::Production;
    production.flags = "dg1:fe533e9d6666";
    assert!(production.why().contains("approvals"), "{}", production.why());
    production.after = with(std::slice::from_ref(&approved));
    assert_eq!(production.one().verdict, Verdict::Pass);
    production.flags = "";
    assert!(production.why().contains("flag on the push too"), "{}", production.why());
    (production.after, production.flags) = (with(&[]), "dg1:fe533e9d6666");
    assert!(production.why().contains("a file too"), "{}", production.why());
    let plan = Some(".drizzle-guard/plans/fe533e9d6666/".to_owned());
    production.after = with(&[Acknowledgement { plan, ..approved.clone() }]);
    assert!(production.why().contains("is not in what is pushed"), "{}", production.why());
    let decision = Some("README.md#drop".to_owned());
    production.after = with(&[Acknowledgement { decision, ..approved }]);
    assert_eq!(production.one().verdict, Verdict::Pass);
}

#[test]
fn a_survey_says_what_every_file_is_worth() {
    let second = Acknowledgement { change: other(), ..sample() };
    let (before, after) = (with(&[sample()]), with(&[sample(), second.clone()]));
    let all = survey(Diff::new(&before, &after), &[&second.change]).expect("readable");
    let worth: Vec<_> = all.iter().map(|it| (it.spent, it.present)).collect();
    assert_eq!(worth, [(false, true), (true, false)], "{all:?}");
    assert_eq!(all[0].says, Ok(second));
}

#[test]
fn a_policy_can_demand_the_receipt_of_a_rehearsal_besides() {
    let receipt = |acks: &[Acknowledgement], json: &str| {
        let mut case = case(acks);
        case.config = Config { receipts: Receipted::Dangerous, ..Config::default() };
        let files = acks.iter().map(|ack| (Acknowledgement::path_of(&ack.change), ack.to_toml()));
        let path = format!("{}/a.json", crate::policy::RECEIPT_FOLDER);
        case.after = MemoryFiles::new(files.chain([(path, json.to_owned())]));
        case
    };
    let held = format!(r#"{{"ok": true, "fingerprints": ["{}"]}}"#, fingerprint());
    assert_eq!(receipt(&[sample()], &held).one().verdict, Verdict::Pass);
    assert_eq!(receipt(&[], &held).why(), "");
    let failed = held.replace("true", "false");
    assert!(receipt(&[sample()], &failed).why().contains("the rehearsal failed"));
    let mut missing = case(&[sample()]);
    missing.config = Config { receipts: Receipted::Dangerous, ..Config::default() };
    assert!(missing.why().contains("rehearse --receipt"));
    // A risky change passes freely, until the policy says otherwise.
    let id = other();
    let risky = Asked { fingerprint: &id, severity: Severity::Risky, rules: vec!["index.build"] };
    let verdict = |case: &Case| case.decide(std::slice::from_ref(&risky)).expect("decided").verdict;
    assert_eq!(verdict(&missing), Verdict::Warn);
    missing.config.receipts = Receipted::Risky;
    assert_eq!(verdict(&missing), Verdict::Block);
}
