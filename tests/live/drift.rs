//! `verify` and the base of a push, against databases that drizzle-kit made.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use drizzle_guard::database::{
    self, Filter, Host, Live, Outcome, Reference, Server, Verification, VerifyOptions,
    introspect_beside, verify,
};
use drizzle_guard::delta::Diff;
use drizzle_guard::diff::compare;
use drizzle_guard::ident::quote;
use drizzle_guard::schema::Schema;
use postgres::Client;

use crate::mutations::{self, Mutation};
use crate::random::Random;
use crate::servers::number;
use crate::{on_each, schemas, url};

/// Everything that failed.
fn failures(verification: &Verification) -> Vec<String> {
    let failed = verification.checks.iter().filter(|check| check.outcome == Outcome::Failed);
    failed.flat_map(|check| check.found.iter().cloned()).collect()
}

/// A database that drizzle-kit made, as a template for others.
struct Made<'s> {
    server: &'s Server,
    schema: &'s Schema,
    name: String,
    known: Live,
}

impl<'s> Made<'s> {
    fn new(server: &'s Server, schema: &'s Schema, number: usize) -> Result<Self, String> {
        let name = format!("made_{number}");
        let host = Host::running(&url(server, "postgres")).expect("a host");
        let mut client = server.create_database(&name).expect("a database");
        let created = database::create(&mut client, &host, schema).map_err(|it| it.to_string());
        drop(client);
        let filter = Filter::of(schema);
        let known = created.and_then(|()| {
            database::reference(schema, &filter, &host).map_err(|error| error.to_string())
        });
        match known {
            Ok(known) => Ok(Self { server, schema, name, known }),
            Err(why) => {
                drop_database(server, &name);
                Err(why)
            }
        }
    }

    fn verify(&self, database: &str, reference: Option<Reference<'_>>) -> Vec<String> {
        let options = VerifyOptions { filter: None, reference, rows: true, roles: false };
        let verification = verify(&url(self.server, database), self.schema, &options);
        match verification {
            Ok(verification) => failures(&verification),
            Err(error) => vec![error.to_string()],
        }
    }

    /// What a push would change.
    fn push(&self, client: &mut Client, reference: Option<Reference<'_>>) -> Vec<String> {
        let filter = Filter::of(self.schema);
        let beside =
            introspect_beside(client, self.schema, &filter, reference).expect("it is read");
        let changes = compare(Diff::new(&beside.schema, self.schema), &[]);
        changes.iter().map(|change| format!("{:?} {}", change.kind(), change.object())).collect()
    }

    /// Everything that shows although nothing was changed.
    fn noise(&self) -> Vec<String> {
        let mut found = self.verify(&self.name, Some(Reference::Known(&self.known)));
        let weak = self.verify(&self.name, None);
        found.extend(weak.into_iter().map(|line| format!("without a server: {line}")));
        let mut client = self.server.connect(&self.name).expect("a connection");
        let push = self.push(&mut client, Some(Reference::Known(&self.known)));
        found.extend(push.into_iter().map(|line| format!("a push: {line}")));
        let push = self.push(&mut client, None);
        found.extend(push.into_iter().map(|line| format!("a push without a server: {line}")));
        found
    }

    /// Changes a copy; `None` when PostgreSQL does not let it.
    fn mutate(&self, mutation: &Mutation) -> Option<Vec<String>> {
        let copy = format!("{}_copy", self.name);
        let mut administration = self.server.connect("postgres").expect("a connection");
        let (template, copied) = (quote(&self.name), quote(&copy));
        administration
            .batch_execute(&format!("CREATE DATABASE {copied} TEMPLATE {template}"))
            .expect("a copy");
        let mut client = self.server.connect(&copy).expect("a connection");
        let wrong = client.batch_execute(&mutation.sql).is_ok().then(|| {
            let lines = self.verify(&copy, Some(Reference::Known(&self.known)));
            let mut wrong = mutation.wrong(&lines);
            let push = self.push(&mut client, Some(Reference::Known(&self.known)));
            if mutation.pushed == push.is_empty() {
                wrong.push(format!("a push would do {push:?}"));
            }
            wrong
        });
        drop(client);
        let dropped = administration.batch_execute(&format!("DROP DATABASE {copied}"));
        dropped.expect("the copy goes");
        wrong
    }
}

impl Drop for Made<'_> {
    fn drop(&mut self) {
        drop_database(self.server, &self.name);
    }
}

fn drop_database(server: &Server, name: &str) {
    if let Ok(mut client) = server.connect("postgres") {
        let _ = client.batch_execute(&format!("DROP DATABASE {}", quote(name)));
    }
}

/// What came of one server.
#[derive(Default)]
struct Sum {
    schemas: usize,
    not_created: usize,
    mutations: usize,
    kinds: BTreeMap<&'static str, usize>,
    wrong: String,
}

#[test]
fn what_drizzle_kit_made_shows_no_drift_and_every_change_shows_alone() {
    let schemas = schemas::all();
    let wanted = usize::try_from(number("DRIZZLE_GUARD_LIVE_MUTATIONS", 60)).expect("a number");
    let seed = number("DRIZZLE_GUARD_LIVE_SEED", 1);
    let sums = on_each(|version, server| {
        let mut sum = Sum::default();
        let mut random = Random::new(seed);
        for (at, (name, schema)) in schemas.iter().enumerate() {
            let made = match Made::new(server, schema, at) {
                Ok(made) => made,
                Err(why) => {
                    println!("PostgreSQL {version}, {name}: not created: {why}");
                    sum.not_created += 1;
                    continue;
                }
            };
            sum.schemas += 1;
            let noise = made.noise();
            for line in &noise {
                let _ = writeln!(sum.wrong, "PostgreSQL {version}, {name}: {line}");
            }
            if !noise.is_empty() {
                continue;
            }
            // As many as are still wanted, over the schemas that are left.
            let left = schemas.len() - at;
            let here = (wanted.saturating_sub(sum.mutations)).div_ceil(left);
            for _ in 0..here {
                mutate(&made, &mut random, &mut sum, &format!("PostgreSQL {version}, {name}"));
            }
        }
        sum
    });
    let mut wrong = String::new();
    for (version, sum) in sums {
        println!(
            "PostgreSQL {version}: {} schemas without drift, {} not created by PostgreSQL; {} changes \
             of {} kinds: {:?}",
            sum.schemas,
            sum.not_created,
            sum.mutations,
            sum.kinds.len(),
            sum.kinds,
        );
        assert!(sum.schemas > 0 && sum.mutations > 0, "nothing was tried on {version}");
        wrong += &sum.wrong;
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The server here is mostly another version than the one in production.
#[test]
fn a_server_of_another_version_makes_no_drift() {
    let schemas = schemas::all();
    let all = on_each(|_, server| {
        let host = Host::running(&url(server, "postgres")).expect("a host");
        let of = |schema: &Schema| database::reference(schema, &Filter::of(schema), &host).ok();
        schemas.iter().map(|(_, schema)| of(schema)).collect::<Vec<Option<Live>>>()
    });
    let mut wrong = String::new();
    let mut compared = 0;
    for (here, known) in &all {
        for (there, lives) in all.iter().filter(|(there, _)| there != here) {
            for ((name, schema), (known, live)) in schemas.iter().zip(known.iter().zip(lives)) {
                let (Some(known), Some(live)) = (known, live) else { continue };
                let filter = Filter::of(schema);
                let reference = Some(Reference::Known(known));
                compared += 1;
                for it in database::differences_from(schema, live, &filter, reference) {
                    let _ = writeln!(wrong, "{there} seen from {here}, {name}: {}", it.text);
                }
            }
        }
    }
    println!("{compared} databases compared with what another version makes of their schema");
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn mutate(made: &Made<'_>, random: &mut Random, sum: &mut Sum, name: &str) {
    let all = mutations::of(made.schema);
    // Some do not apply: another one then.
    for _ in 0..20 {
        let mut kinds: Vec<&'static str> = all.iter().map(|it| it.kind).collect();
        kinds.dedup();
        let Some(kind) = random.pick(kinds) else { return };
        let candidates: Vec<&Mutation> = all.iter().filter(|it| it.kind == kind).collect();
        let Some(mutation) = random.pick(candidates) else { return };
        let Some(wrong) = made.mutate(mutation) else { continue };
        sum.mutations += 1;
        *sum.kinds.entry(mutation.kind).or_default() += 1;
        for line in wrong {
            let _ = writeln!(sum.wrong, "{name}: {}: {line}", mutation.sql);
        }
        return;
    }
}
