//! The wire between a replica and the database, which can be cut.

use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// It carries connections until the process ends.
#[derive(Debug)]
pub(crate) struct Wire {
    /// Where it is reached, in place of the server: `host:port`.
    pub(crate) address: String,
    is_down: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Wire {
    /// A wire to a server at `host:port`.
    pub(crate) fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (is_down, open) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let wire = Self { address, is_down: is_down.clone(), open: open.clone() };
        let server = server.to_owned();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if is_down.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(server) = TcpStream::connect(&server) else { continue };
                let ends = [client.try_clone(), server.try_clone()].map(|end| end.expect("a wire"));
                open.lock().expect("no panic").extend(ends);
                carry(client.try_clone().expect("a wire"), server.try_clone().expect("a wire"));
                carry(server, client);
            }
        });
        wire
    }

    /// Breaks every connection; new ones are carried.
    pub(crate) fn cut(&self) {
        for end in self.open.lock().expect("no panic").drain(..) {
            // What has ended has ended.
            drop(end.shutdown(Shutdown::Both));
        }
    }

    /// Breaks every connection, and carries none until it is up again.
    pub(crate) fn down(&self) {
        self.is_down.store(true, Ordering::SeqCst);
        self.cut();
    }

    /// Carries connections again.
    pub(crate) fn up(&self) {
        self.is_down.store(false, Ordering::SeqCst);
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || {
        drop(std::io::copy(&mut from, &mut to));
        drop(to.shutdown(Shutdown::Both));
        drop(from.shutdown(Shutdown::Both));
    });
}
