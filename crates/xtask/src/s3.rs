//! An S3 server of the tests' own, in memory, on a free port: moto, which makes an object only where there is none when it is asked to.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::{clients, sh};

/// So long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start() -> Result<Self> {
        let python = clients::ensure()?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut moto = sh::cmd(python);
        moto.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &address.port().to_string()]);
        let child = moto.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let server = Self { child, url: format!("http://{address}") };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            ensure!(begun.elapsed() < PATIENCE, "the S3 server does not answer");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails only for what has ended.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
