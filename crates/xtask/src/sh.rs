//! Running other programs: shown before they start, and a failure says which one it was.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The repository.
pub(crate) fn root() -> PathBuf {
    // Cargo sets it at run time too: a shared target directory may hold the xtask of another clone.
    let here = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}

/// Where cargo puts what it builds: xtask itself is in `<target>/debug/`, whatever has configured that place.
pub(crate) fn target_dir() -> Result<PathBuf> {
    let me = env::current_exe()?;
    Ok(me.ancestors().nth(2).context("xtask does not run from a target directory")?.to_owned())
}

/// A built binary, `profile` being `debug` or `release`.
pub(crate) fn built(profile: &str, name: &str) -> Result<PathBuf> {
    Ok(target_dir()?.join(profile).join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

/// The cargo that runs xtask.
pub(crate) fn cargo() -> Command {
    cmd(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A program to be run in the repository, without the proxy's settings: no build, test or tool ever sees the key.
pub(crate) fn cmd(program: impl AsRef<OsStr>) -> Command {
    let mut cmd = cmd_with_settings(program);
    drop_from(&mut cmd, &["WAVESPEED_", "IMAGEN4_"]);
    cmd.current_dir(root());
    cmd
}

/// A program that is given the proxy's settings, where the person stands: the proxy itself.
pub(crate) fn cmd_with_settings(program: impl AsRef<OsStr>) -> Command {
    let mut cmd = Command::new(program);
    // Cargo describes xtask in these; build scripts that watch them (ring's) would run again each time.
    drop_from(&mut cmd, &["CARGO_PKG_", "CARGO_MANIFEST_"]);
    cmd
}

fn drop_from(cmd: &mut Command, prefixes: &[&str]) {
    for (name, _) in env::vars_os() {
        if prefixes.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            cmd.env_remove(name);
        }
    }
}

/// Shows the command, runs it, and fails unless it succeeds.
pub(crate) fn run(cmd: &mut Command) -> Result<()> {
    show(cmd);
    let status = cmd.status().with_context(|| format!("cannot start {}", name(cmd)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", line(cmd));
    }
    Ok(())
}

/// What the command writes to its standard output; its errors go to ours.
pub(crate) fn read(cmd: &mut Command) -> Result<String> {
    let output = cmd.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start {}", name(cmd)))?;
    if !output.status.success() {
        bail!("`{}` ended with {}", line(cmd), output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Says what is about to run.
pub(crate) fn show(cmd: &Command) {
    eprintln!("$ {}", line(cmd));
}

fn line(cmd: &Command) -> String {
    let args = cmd.get_args().map(|arg| arg.to_string_lossy().into_owned());
    [name(cmd)].into_iter().chain(args).collect::<Vec<_>>().join(" ")
}

fn name(cmd: &Command) -> String {
    let program = Path::new(cmd.get_program());
    program.file_stem().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()
}

/// Finds a program on PATH; a name with an extension (`npm.cmd`) is taken as it is.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let suffix = if program.contains('.') { "" } else { env::consts::EXE_SUFFIX };
    let file = format!("{program}{suffix}");
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(&file)).find(|path| path.is_file())
}

/// PATH with these directories in front.
pub(crate) fn path_with(dirs: &[PathBuf]) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(dirs.iter().cloned().chain(env::split_paths(&path)))?)
}
