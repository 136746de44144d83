//! `view.exposes_sensitive`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "view.exposes_sensitive",
    severity: Severity::Dangerous,
    condition: "A view starts to show authentication tables or columns that look like secrets.",
    effect: "Whoever may read the view reads them.",
    remedy: "Leave the columns out, or revoke the view from the API roles.",
    postgres: "A view is readable by every role with SELECT on it.",
    sources: &["splinter/0002_auth_users_exposed"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let (before, view) = if let Change::CreateView(view) = change {
        (None, view)
    } else if let Change::AlterView(it) = change {
        (it.before.definition.as_deref(), &it.after)
    } else {
        return None;
    };
    let shown = |definition: &str| {
        let words: Vec<String> =
            dependents::words(definition).map(str::to_ascii_lowercase).collect();
        let auth =
            words.windows(2).any(|pair| matches!(pair, [a, b] if a == "auth" && b == "users"));
        let secret = words.into_iter().find(|word| SECRETS.iter().any(|it| word.contains(it)));
        if auth { Some("auth.users".to_owned()) } else { secret }
    };
    let what = shown(view.definition.as_deref()?)?;
    if view.is_existing || before.and_then(shown).is_some() {
        return None;
    }
    Some(RULE.finding(format!("View {} shows {what}.", view.name)))
}

/// Parts of names that hardly stand for anything else.
const SECRETS: &[&str] =
    &["password", "passwd", "api_key", "private_key", "access_token", "refresh_token"];

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_when_a_secret_appears() {
        let of = |query: &str| with_view(query, |_| ());
        let shown = "select \"id\", \"password_hash\" from \"users\"";
        assert_eq!(case(schema([]), of(shown)).says(RULE.id), Some(Dangerous));
        assert_eq!(case(schema([]), of("select * from auth.users")).says(RULE.id), Some(Dangerous));
        assert_eq!(
            case(of(shown), of("select \"password_hash\" from \"users\"")).says(RULE.id),
            None
        );
        assert_eq!(case(schema([]), of("select \"id\" from \"users\"")).says(RULE.id), None);
    }
}
