//! Real `git commit` and `git push` in throw-away repositories, with the hooks installed.

#[path = "hooks/commits.rs"]
mod commits;
#[path = "hooks/installer.rs"]
mod installer;
#[path = "hooks/managers.rs"]
mod managers;
#[path = "hooks/migrations.rs"]
mod migrations;
#[path = "hooks/plans.rs"]
mod plans;
#[path = "hooks/pushes.rs"]
mod pushes;
#[path = "hooks/states.rs"]
mod states;
#[path = "hooks/statistics.rs"]
mod statistics;
#[path = "hooks/support.rs"]
mod support;
