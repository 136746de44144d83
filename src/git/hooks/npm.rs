//! The gate around package scripts that run `drizzle-kit push`, as pure functions on a `package.json`.
//!
//! npm, pnpm, bun and yarn 1 run `pre<name>` before the script `<name>` and `post<name>` after it
//! (npm's manual, "Pre & Post Scripts"). Before a push the live database is compared with the files on
//! disk, as drizzle-kit push does; after it the database is verified. The file keeps its layout.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstObject, CstObjectProp, CstRootNode};

/// What runs before a push.
const BEFORE: &str = "drizzle-guard check --base env:DATABASE_URL --head :worktree";

/// What runs after it.
const AFTER: &str = "drizzle-guard verify env:DATABASE_URL --head :worktree";

/// What became of a `package.json`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Edit {
    /// The new text.
    Changed(String),
    /// It was as it should be.
    Unchanged,
    /// No script runs `drizzle-kit push`.
    NoPush,
    /// It is not JSON; why.
    Unreadable(String),
}

/// Puts the gate around every script that runs `drizzle-kit push`.
pub(super) fn add(text: &str) -> Edit {
    edit(text, |scripts| {
        let properties = scripts.properties();
        let names: Vec<String> =
            properties.iter().filter_map(CstObjectProp::decoded_name).collect();
        let pushes = |name: &&String| script(scripts, name).is_some_and(|it| pushes(&it));
        let pushing: Vec<&String> = names.iter().filter(pushes).collect();
        for name in &pushing {
            let (before, after) = (format!("pre{name}"), format!("post{name}"));
            match script(scripts, &before) {
                Some(old) if old.starts_with(BEFORE) => {}
                Some(old) => set(scripts, &before, &format!("{BEFORE} && {old}")),
                None => insert(scripts, name, 0, &before, BEFORE),
            }
            match script(scripts, &after) {
                Some(old) if old.ends_with(AFTER) => {}
                Some(old) => set(scripts, &after, &format!("{old} && {AFTER}")),
                None => insert(scripts, name, 1, &after, AFTER),
            }
        }
        !pushing.is_empty()
    })
}

/// Takes it out again.
pub(super) fn remove(text: &str) -> Edit {
    edit(text, |scripts| {
        let mut found = false;
        for property in scripts.properties() {
            let Some(name) = property.decoded_name() else { continue };
            let Some(old) = script(scripts, &name) else { continue };
            if old == BEFORE || old == AFTER {
                property.remove();
            } else if let Some(rest) =
                old.strip_prefix(BEFORE).and_then(|it| it.strip_prefix(" && "))
            {
                set(scripts, &name, rest);
            } else if let Some(rest) =
                old.strip_suffix(AFTER).and_then(|it| it.strip_suffix(" && "))
            {
                set(scripts, &name, rest);
            } else {
                continue;
            }
            found = true;
        }
        found
    })
}

/// Edits the scripts of a `package.json`; `work` says whether there was anything to do.
fn edit(text: &str, work: impl FnOnce(&CstObject) -> bool) -> Edit {
    let options = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        ..ParseOptions::default()
    };
    let root = match CstRootNode::parse(text, &options) {
        Ok(root) => root,
        Err(error) => return Edit::Unreadable(error.to_string()),
    };
    let scripts = root.object_value().and_then(|package| package.object_value("scripts"));
    if !scripts.is_some_and(|scripts| work(&scripts)) {
        return Edit::NoPush;
    }
    let edited = root.to_string();
    if edited == text { Edit::Unchanged } else { Edit::Changed(edited) }
}

/// The command of a script.
fn script(scripts: &CstObject, name: &str) -> Option<String> {
    scripts.get(name)?.value()?.as_string_lit()?.decoded_value().ok()
}

fn set(scripts: &CstObject, name: &str, command: &str) {
    if let Some(property) = scripts.get(name) {
        property.set_value(CstInputValue::String(command.to_owned()));
    }
}

/// Adds a script before (0) or after (1) another one.
fn insert(scripts: &CstObject, beside: &str, offset: usize, name: &str, command: &str) {
    let at = scripts.get(beside).map_or(0, |property| property.property_index());
    scripts.insert(at + offset, name, CstInputValue::String(command.to_owned()));
}

/// Whether a command runs `drizzle-kit push`, with whatever options before the word.
fn pushes(command: &str) -> bool {
    command.split(['&', '|', ';']).any(|part| {
        let mut words = part.split_whitespace().skip_while(|word| {
            let program = word.rsplit('/').next().unwrap_or(word);
            program.split('@').next() != Some("drizzle-kit")
        });
        words.next().is_some()
            && words.any(|word| matches!(word.trim_matches(['"', '\'']), "push" | "push:pg"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKAGE: &str = r#"{
    "name": "funds",
    "scripts": {
        "check": "tsc",
        "db:push":   "drizzle-kit push --config drizzle.config.ts",
        "db:studio": "drizzle-kit studio"
    },
    "private": true
}
"#;

    fn changed(edit: Edit) -> String {
        match edit {
            Edit::Changed(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_scripts_stand_around_the_push_and_the_rest_keeps_its_layout() {
        let with = changed(add(PACKAGE));
        let expected = PACKAGE
            .replace(
                "        \"db:push\"",
                &format!("        \"predb:push\": \"{BEFORE}\",\n        \"db:push\""),
            )
            .replace(
                "drizzle.config.ts\",",
                &format!("drizzle.config.ts\",\n        \"postdb:push\": \"{AFTER}\","),
            );
        assert_eq!(with, expected);
        assert_eq!(add(&with), Edit::Unchanged);
        assert_eq!(changed(remove(&with)), PACKAGE);
        assert_eq!(remove(PACKAGE), Edit::NoPush);
    }

    #[test]
    fn scripts_that_are_there_keep_running() {
        let package = PACKAGE.replace(
            "\"check\": \"tsc\"",
            "\"predb:push\": \"npm run check\", \"postdb:push\": \"tsx seed.ts\"",
        );
        let with = changed(add(&package));
        assert!(with.contains(&format!("\"predb:push\": \"{BEFORE} && npm run check\"")), "{with}");
        assert!(with.contains(&format!("\"postdb:push\": \"tsx seed.ts && {AFTER}\"")), "{with}");
        assert_eq!(changed(remove(&with)), package);
    }

    #[test]
    fn a_push_is_told_from_other_commands() {
        for yes in [
            "drizzle-kit push",
            "npx drizzle-kit@0.31 push",
            "tsc && node_modules/.bin/drizzle-kit --config x.ts push",
            "drizzle-kit push:pg",
        ] {
            assert!(pushes(yes), "{yes}");
        }
        for no in
            ["drizzle-kit generate && git push", "git push", "drizzle-kit migrate", "echo push"]
        {
            assert!(!pushes(no), "{no}");
        }
    }

    #[test]
    fn what_is_no_json_is_left_alone() {
        assert!(matches!(add("{ scripts: }"), Edit::Unreadable(_)));
        assert_eq!(add("{}"), Edit::NoPush);
        assert_eq!(add(r#"{"scripts": {"db:push": 1}}"#), Edit::NoPush);
    }
}
