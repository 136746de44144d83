//! The commands with which somebody goes on after a block, ready to be copied.

use super::words::short_fingerprint;
use super::{Consent, Report};
use crate::policy::FLAG_KEY;

/// How many fingerprints are put into one command before their common digest stands for them.
const LISTED_FLAGS: usize = 5;

/// One way to go on: what it is for, and the commands, each as its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// What it is for, a phrase.
    pub purpose: &'static str,
    /// The commands, each split where it may be continued on a next line.
    pub commands: Vec<Vec<String>>,
}

/// Every way on from this report, the safest first; none when nothing waits.
pub(crate) fn steps(report: &Report) -> Vec<Step> {
    let short: Vec<&str> =
        report.blocking().map(|change| short_fingerprint(&change.fingerprint)).collect();
    if short.is_empty() {
        return Vec::new();
    }
    let plan = step(
        "see a migration that loses nothing, with its way back",
        command("drizzle-guard plan", states(report)),
    );
    let mut ack: Vec<String> = short.iter().map(ToString::to_string).collect();
    ack.push("--reason \"why this is meant\"".to_owned());
    ack.extend(states(report));
    let file = Step {
        purpose: "or acknowledge it in a file, and commit that file",
        commands: vec![
            command("drizzle-guard ack", ack),
            command("git add .drizzle-guard/acks", Vec::new()),
        ],
    };
    let mut push = vec!["git".to_owned()];
    match &report.plan {
        // One digest of all of them is easier to read than a page of flags.
        Some(plan) if short.len() > LISTED_FLAGS => {
            let digits: String = plan.chars().take(12).collect();
            push.push(format!("-c {FLAG_KEY}=plan:{digits}"));
        }
        _ => push.extend(short.iter().map(|it| format!("-c {FLAG_KEY}={it}"))),
    }
    push.push("push".to_owned());
    let mut steps = vec![plan];
    match report.consent {
        Consent::FlagOrFile => {
            steps.push(file);
            steps.push(step("or acknowledge it for one push", push));
        }
        Consent::File => steps.push(file),
        Consent::FileAndFlag => {
            steps.push(file);
            steps.push(step("and then say so on the push as well", push));
        }
    }
    let mut rules: Vec<&str> = Vec::new();
    for hazard in report.blocking().flat_map(|change| &change.hazards) {
        if !rules.contains(&hazard.rule) {
            rules.push(hazard.rule);
        }
    }
    if let Some(rule) = rules.first() {
        let explain = command("drizzle-guard explain", vec![(*rule).to_owned()]);
        steps.push(step("what a rule means, in full", explain));
    }
    steps
}

fn step(purpose: &'static str, command: Vec<String>) -> Step {
    Step { purpose, commands: vec![command] }
}

fn command(head: &str, arguments: Vec<String>) -> Vec<String> {
    std::iter::once(head.to_owned()).chain(arguments).collect()
}

/// `--base` and `--head` as the commands need them; nothing where they are the defaults.
fn states(report: &Report) -> Vec<String> {
    let mut arguments = Vec::new();
    for (flag, state, default) in
        [("--base", &report.base.state, "HEAD"), ("--head", &report.head.state, ":index")]
    {
        if state != default {
            arguments.push(format!("{flag} {}", quote(&super::words::shorten(state))));
        }
    }
    if report.direct {
        arguments.push("--direct".to_owned());
    }
    arguments
}

/// An argument as a POSIX shell reads it back.
fn quote(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@~^=+,".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

/// A command in lines of at most `width` characters, continued with a backslash where the shell
/// allows it; an argument is never broken.
pub(crate) fn wrap(command: &[String], width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for (index, part) in command.iter().enumerate() {
        let more = usize::from(index + 1 < command.len()) * 2;
        let length = current.chars().count() + 1 + part.chars().count() + more;
        if !current.is_empty() && length > width {
            lines.push(format!("{current} \\"));
            current = format!("  {part}");
        } else {
            if !current.is_empty() {
                current.push(' ');
            }
            current.push_str(part);
        }
    }
    lines.push(current);
    lines
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn nothing_to_do_when_nothing_waits() {
        assert_eq!(steps(&fixture::unchanged()), []);
    }

    #[test]
    fn the_default_states_are_not_repeated() {
        let commands: Vec<String> = steps(&fixture::blocked())
            .iter()
            .flat_map(|step| step.commands.iter().map(|command| command.join(" ")))
            .collect();
        insta::assert_snapshot!(commands.join("\n"), @r#"
        drizzle-guard plan
        drizzle-guard ack dg1:fe533e9d6666 --reason "why this is meant"
        git add .drizzle-guard/acks
        git -c drizzle-guard.ack=dg1:fe533e9d6666 push
        drizzle-guard explain column.drop
        "#);
    }

    #[test]
    fn many_changes_are_acknowledged_by_their_common_digest() {
        let mut report = fixture::many(6);
        assert_eq!(format!("{:?}", steps(&report)).matches("drizzle-guard.ack=dg1:").count(), 6);
        report.plan = Some("0123456789abcdef".repeat(4));
        let text = format!("{:?}", steps(&report));
        assert!(text.contains("-c drizzle-guard.ack=plan:0123456789ab"), "{text}");
        assert!(!text.contains("drizzle-guard.ack=dg1:"), "{text}");
    }

    #[test]
    fn other_states_are_quoted_for_the_shell() {
        let mut report = fixture::blocked();
        report.base.state = "origin/main".into();
        report.head.state = "feature/it's; rm -rf".into();
        assert_eq!(
            steps(&report)[0].commands[0].join(" "),
            r"drizzle-guard plan --base origin/main --head 'feature/it'\''s; rm -rf'"
        );
    }

    #[test]
    fn a_policy_that_wants_a_file_offers_no_flag() {
        let mut report = fixture::blocked();
        report.consent = Consent::File;
        let text = format!("{:?}", steps(&report));
        assert!(!text.contains("drizzle-guard.ack="), "{text}");
        report.consent = Consent::FileAndFlag;
        let text = format!("{:?}", steps(&report));
        assert!(
            text.contains("drizzle-guard.ack=") && text.contains("drizzle-guard ack"),
            "{text}"
        );
    }

    #[test]
    fn long_commands_continue_where_a_shell_allows_it() {
        let command: Vec<String> = ["git", "-c a=1", "-c b=2", "push"].map(str::to_owned).into();
        assert_eq!(wrap(&command, 80), ["git -c a=1 -c b=2 push"]);
        assert_eq!(wrap(&command, 14), ["git -c a=1 \\", "  -c b=2 push"]);
        assert_eq!(wrap(&command, 10), ["git \\", "  -c a=1 \\", "  -c b=2 \\", "  push"]);
    }
}
