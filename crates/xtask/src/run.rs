//! The playground on this machine: `run` as people use it, `dev` as it is worked on.

use std::ffi::OsString;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use signal_hook::consts::TERM_SIGNALS;

use crate::{page, sh, tools};

/// Leaves a release page in `dist/` and both servers in `target/release/`, the page inside the proxy.
pub(crate) fn build() -> Result<()> {
    page::build()?;
    sh::run(servers().arg("--release"))
}

/// Builds both servers, the page of `dist/` inside the proxy.
pub(crate) fn servers() -> Command {
    let mut build = sh::cargo();
    build.args(["build", "--bins", "-p", "imagen4-proxy", "-p", "imagen4-engine", "--features", "imagen4-proxy/page"]);
    build
}

/// Builds page and proxy in release and becomes the proxy.
pub(crate) fn run(args: &[OsString]) -> Result<ExitCode> {
    // Minutes on two cores, nothing being built; later it is what has changed.
    eprintln!(
        "Step 1 of 3: the tools that build the page, where they are missing; usually 5 minutes, once for this user"
    );
    tools::list()?;
    eprintln!("Step 2 of 3: the page; the first time usually 1.5 minutes");
    page::build()?;
    eprintln!("Step 3 of 3: the proxy; the first time usually 3 minutes");
    sh::run(sh::cargo().args(["build", "--release", "--bins", "-p", "imagen4-proxy", "--features", "page"]))?;
    let mut proxy = sh::cmd_with_settings(sh::built("release", "imagen4-proxy")?);
    proxy.args(args);
    sh::show(&proxy);
    become_it(proxy)
}

/// From here on the process is the proxy: signals and the exit code are its own affair.
#[cfg(unix)]
fn become_it(mut proxy: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(proxy.exec()).context("cannot start the proxy")
}

/// Windows cannot replace a process; Ctrl-C reaches both of them, and the proxy decides when it has finished.
#[cfg(not(unix))]
fn become_it(mut proxy: Command) -> Result<ExitCode> {
    stop_flag()?;
    Ok(code(proxy.status().context("cannot start the proxy")?))
}

/// Runs the proxy in its dev profile and `trunk serve` in front of it, until one of them or the person ends it.
pub(crate) fn dev(args: &[OsString]) -> Result<ExitCode> {
    let mut trunk = page::trunk()?;
    trunk.arg("serve");
    sh::run(sh::cargo().args(["build", "--bins", "-p", "imagen4-proxy"]))?;
    let mut proxy = sh::cmd_with_settings(sh::built("debug", "imagen4-proxy")?);
    proxy.args(["--listen", "127.0.0.1:8787", "--static-dir"]).arg(page::dist());
    // The browser speaks to Trunk, and its requests name Trunk's address.
    proxy.args(["--allowed-host", "127.0.0.1:8080", "--allowed-host", "localhost:8080"]).args(args);

    let stop = stop_flag()?;
    let mut children = Children(Vec::new());
    children.start(trunk)?;
    eprintln!("The page will be on http://127.0.0.1:8080; Ctrl-C ends both.");
    let mut waiting = Some(proxy);
    while !stop.load(Ordering::Relaxed) {
        if let Some(status) = children.first_to_end()? {
            return Ok(code(status));
        }
        // The proxy does not start without a page, and Trunk takes a while for the first one.
        if let Some(proxy) = waiting.take_if(|_| page::dist().join("index.html").is_file()) {
            children.start(proxy)?;
        }
        sleep(Duration::from_millis(100));
    }
    Ok(ExitCode::SUCCESS)
}

/// Becomes true when the process is told to end, which it then does not do by itself.
fn stop_flag() -> Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    for &signal in TERM_SIGNALS {
        signal_hook::flag::register(signal, Arc::clone(&flag))?;
    }
    Ok(flag)
}

fn code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Processes that end with this value at the latest.
struct Children(Vec<Child>);

impl Children {
    fn start(&mut self, mut cmd: Command) -> Result<()> {
        sh::show(&cmd);
        self.0.push(cmd.spawn().with_context(|| format!("cannot start {:?}", cmd.get_program()))?);
        Ok(())
    }

    fn first_to_end(&mut self) -> Result<Option<ExitStatus>> {
        for child in &mut self.0 {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(status));
            }
        }
        Ok(None)
    }

    fn all_ended(&mut self) -> bool {
        self.0.iter_mut().all(|child| !matches!(child.try_wait(), Ok(None)))
    }
}

impl Drop for Children {
    /// Ctrl-C has reached them too: they get a moment to end by themselves.
    fn drop(&mut self) {
        let asked = Instant::now();
        while !self.all_ended() && asked.elapsed() < Duration::from_secs(2) {
            sleep(Duration::from_millis(50));
        }
        for child in &mut self.0 {
            // Both fail only for a process that has ended.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
