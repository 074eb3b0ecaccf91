//! Other people's programs against the proxy, in `tests/clients/`: WaveSpeed's SDKs from PyPI and npm, and a checker of the
//! OpenAPI document.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::{browser, debian, sh, test};

/// Runs the tests.
pub(crate) fn run() -> Result<()> {
    let python = ensure()?;
    sh::run(test::cargo_test().args(["--test", "clients"]).env("IMAGEN4_TEST_PYTHON", python))
}

/// Installs what is missing, and answers the Python that has it.
pub(crate) fn ensure() -> Result<PathBuf> {
    let suite = sh::root().join("tests/clients");
    let python = ensure_python(&suite)?;
    if sh::which("exiftool").is_none() {
        debian::install(&["libimage-exiftool-perl"], "exiftool: https://exiftool.org")?;
    }
    browser::ensure_packages_in(&suite)?;
    Ok(python)
}

/// A Python of the project's own with what the suite requires; made anew when that changes.
fn ensure_python(suite: &Path) -> Result<PathBuf> {
    let home = sh::target_dir()?.join("clients-python");
    let python = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let (wanted, made) = (suite.join("requirements.txt"), home.join("made-from.txt"));
    if std::fs::read(&made).ok() == Some(std::fs::read(&wanted)?) {
        return Ok(python);
    }
    let venv = || sh::run(sh::cmd("python3").args(["-m", "venv", "--clear"]).arg(&home));
    if venv().is_err() {
        // Debian has its venv in a package of its own.
        debian::install(&["python3", "python3-venv"], "Python 3 with its venv: https://python.org")?;
        venv()?;
    }
    sh::run(
        sh::cmd(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&wanted),
    )?;
    std::fs::copy(&wanted, &made)?;
    Ok(python)
}
