#!/bin/sh
# Builds drizzle-guard and puts its hooks into a repository.
#
#   ./install.sh [REPO]              build, install the program, put the hooks into REPO
#   ./install.sh --uninstall [REPO]  take the hooks out of REPO; without REPO, delete the program
#   ./install.sh --demo              build, and show a push that is stopped; changes nothing here
#
# REPO is the repository around the current directory when it is left out and that is another one
# than drizzle-guard's own. The program goes to DRIZZLE_GUARD_HOME, else to cargo's bin folder when
# that is on the PATH, else to ~/.local/bin. DRIZZLE_GUARD_BIN names a program that is built already.
set -eu

source=$(cd "$(dirname "$0")" && pwd -P)

say() { printf '%s\n' "$*"; }
fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}
need() { command -v "$1" >/dev/null 2>&1 || fail "$1 is needed: $2"; }

# Where the program is installed.
folder() {
  cargo_bin=${CARGO_HOME:-$HOME/.cargo}/bin
  if [ -n "${DRIZZLE_GUARD_HOME:-}" ]; then
    say "$DRIZZLE_GUARD_HOME"
  else
    case :$PATH: in
      *":$cargo_bin:"*) say "$cargo_bin" ;;
      *) say "$HOME/.local/bin" ;;
    esac
  fi
}

# Builds, and sets `built` to the program.
build() {
  if [ -n "${DRIZZLE_GUARD_BIN:-}" ]; then
    [ -x "$DRIZZLE_GUARD_BIN" ] || fail "DRIZZLE_GUARD_BIN=$DRIZZLE_GUARD_BIN is not a program"
    built=$(cd "$(dirname "$DRIZZLE_GUARD_BIN")" && pwd -P)/$(basename "$DRIZZLE_GUARD_BIN")
    return
  fi
  need cargo "install Rust from https://rustup.rs"
  say "Building drizzle-guard; the first time takes a few minutes."
  cargo build --release --locked --manifest-path "$source/Cargo.toml"
  built=${CARGO_TARGET_DIR:-$source/target}/release/drizzle-guard
  [ -x "$built" ] || fail "cargo did not write $built"
}

# The repository that is meant, empty when there is none.
repository() {
  if [ -n "$1" ]; then
    git -C "$1" rev-parse --show-toplevel 2>/dev/null || fail "$1 is not in a git repository"
    return
  fi
  around=$(git rev-parse --show-toplevel 2>/dev/null) || around=
  if [ "$around" != "$source" ]; then say "$around"; fi
}

install() {
  repo=$(repository "$1")
  build
  program=$(folder)/drizzle-guard
  if [ "$built" != "$program" ]; then
    mkdir -p "$(dirname "$program")"
    # Beside it and then in its place, so that a hook that runs now is not disturbed.
    cp "$built" "$program.new"
    mv "$program.new" "$program"
  fi
  say "Installed $program"
  command -v drizzle-guard >/dev/null 2>&1 || say "  (its folder is not on your PATH; the hooks find it all the same)"
  if [ -n "$repo" ]; then
    (cd "$repo" && "$program" install)
  else
    say "Put the hooks into a repository with: $0 REPO"
  fi
}

uninstall() {
  repo=$(repository "$1")
  program=$(folder)/drizzle-guard
  if [ -n "$repo" ]; then
    [ -x "$program" ] || fail "$program is not there; install it again to take the hooks out"
    (cd "$repo" && "$program" uninstall)
    say "The program is still there for other repositories: rm $program"
  else
    rm -f "$program"
    say "Deleted $program"
  fi
}

# --- the demonstration ------------------------------------------------------------------------------

step() { printf '\n=== %s\n' "$*"; }

# Shows a command and runs it.
shown() {
  printf '\n$'
  for word in "$@"; do
    case $word in
      *' '*) printf ' "%s"' "$word" ;;
      *) printf ' %s' "$word" ;;
    esac
  done
  printf '\n'
  "$@"
}

commit() { shown git commit -q -m "$1"; }

# The commit that the remote has.
pushed() { git -C "$scratch/remote.git" rev-parse --verify -q main || say nothing; }

demo() {
  need git "install it with your system's packages"
  build
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/drizzle-guard-demo.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  # Nothing of this machine's git configuration, and nothing of a repository around.
  for name in $(env | sed -n 's/^\(GIT_[A-Z_0-9]*\)=.*/\1/p'); do unset "$name"; done
  unset DRIZZLE_GUARD_ACK
  export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
  export GIT_AUTHOR_NAME="Ana Ruiz" GIT_AUTHOR_EMAIL=ana@example.com
  export GIT_COMMITTER_NAME="Ana Ruiz" GIT_COMMITTER_EMAIL=ana@example.com
  mkdir "$scratch/bin"
  cp "$built" "$scratch/bin/drizzle-guard"
  PATH=$scratch/bin:$PATH

  step "1. A venture-fund platform, its remote, and the hooks"
  git init -q --bare -b main "$scratch/remote.git"
  git init -q -b main "$scratch/platform"
  cd "$scratch/platform"
  git remote add origin "$scratch/remote.git"
  cp -R "$source/tests/demo/before/." .
  shown drizzle-guard install
  git add -A
  commit "Describe funds, investments, scenarios and their simulations"
  shown git push -q -u origin main || fail "the first push was stopped"
  first=$(pushed)
  [ "$first" = "$(git rev-parse HEAD)" ] || fail "the first push did not arrive"

  step "2. Somebody adds a column, and tidies one away"
  cp -R "$source/tests/demo/after/." .
  shown git --no-pager diff --stat --unified=0
  git add -A
  commit "Add the sector; drop the seed" || fail "pre-commit stopped a commit; it only reports"

  step "3. The push is stopped"
  if shown git push origin main >"$scratch/output" 2>&1; then
    cat "$scratch/output"
    fail "a push that drops a column went through"
  fi
  cat "$scratch/output"
  [ "$(pushed)" = "$first" ] || fail "the remote has changed"
  change=$(grep -o 'dg1:[0-9a-f]\{12\}' "$scratch/output" | sort -u)
  [ -n "$change" ] || fail "the stopped push names no change"
  [ "$(printf '%s\n' "$change" | wc -l)" -eq 1 ] || fail "more than the dropped column was stopped: $change"

  step "4. It is meant: say why, commit that, push again"
  shown drizzle-guard ack "$change" --reason "every run is reproduced from its scenario since v4.2, see #812"
  git add .drizzle-guard
  shown cat .drizzle-guard/acks/*.toml
  commit "Acknowledge that the seed goes"
  shown git push origin main || fail "the acknowledged push was stopped"
  [ "$(pushed)" = "$(git rev-parse HEAD)" ] || fail "the acknowledged push did not arrive"

  step "5. The acknowledgement is spent: the same change again is stopped again"
  git -c advice.detachedHead=false checkout -q "$first" -- shared/db/schema/scenarios.ts
  commit "Bring the seed back"
  git push -q origin main || fail "adding a column back was stopped"
  cp "$source/tests/demo/after/shared/db/schema/scenarios.ts" shared/db/schema/
  git add -A
  commit "Drop the seed again"
  if git push -q origin main >"$scratch/output" 2>&1; then fail "a spent acknowledgement counted again"; fi
  grep -n 'spent' "$scratch/output" || fail "it does not say that the acknowledgement is spent"

  step "6. Uninstalled, nothing is left"
  shown drizzle-guard uninstall
  for hook in pre-commit pre-push; do
    if [ -e ".git/hooks/$hook" ]; then fail "$hook is left"; fi
  done
  printf '\nThe demonstration behaved as it should.\n'
}

case ${1:-} in
  --demo) demo ;;
  --uninstall) uninstall "${2:-}" ;;
  -h | --help) sed -n '2,/^set -eu/{s/^# \{0,1\}//;/^set -eu/d;p;}' "$0" ;;
  -*) fail "unknown option $1; see $0 --help" ;;
  *) install "${1:-}" ;;
esac
