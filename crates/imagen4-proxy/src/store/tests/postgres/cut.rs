//! A wire to the server that is cut at a COMMIT.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;

const WHOLE: u8 = 0;
const BEFORE: u8 = 1;
const AFTER: u8 = 2;

/// It takes connections until the process ends.
pub(super) struct Cut {
    /// Where it is reached, in place of the server.
    pub(super) address: String,
    when: Arc<AtomicU8>,
}

impl Cut {
    pub(super) fn before(server: &str) -> Self {
        let (start, target) = server.split_once('@').expect("user@host");
        let target = target.split('/').next().expect("a host").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let here = listener.local_addr().expect("an address");
        let address =
            format!("{start}@{}", server.split_once('@').expect("user@host").1.replace(&target, &here.to_string()));
        let when = Arc::new(AtomicU8::new(WHOLE));
        let told = when.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (target, told) = (target.clone(), told.clone());
                thread::spawn(move || carry(&client, &target, &told));
            }
        });
        Self { address, when }
    }

    /// The next COMMIT still reaches the server, or does not; nobody hears of it.
    pub(super) fn at_the_next_commit(&self, is_forwarded: bool) {
        self.when.store(if is_forwarded { AFTER } else { BEFORE }, Ordering::SeqCst);
    }
}

fn carry(client: &TcpStream, target: &str, when: &AtomicU8) {
    let server = TcpStream::connect(target).expect("the server");
    let (mut back, mut to_client) = (server.try_clone().expect("a wire"), client.try_clone().expect("a wire"));
    thread::spawn(move || {
        drop(std::io::copy(&mut back, &mut to_client));
        drop(to_client.shutdown(Shutdown::Both));
    });
    let (mut from, mut to) = (client, &server);
    let mut bytes = [0; 8192];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        let is_commit = bytes[..count].windows(6).any(|part| part == b"COMMIT");
        let cut = if is_commit { when.swap(WHOLE, Ordering::SeqCst) } else { WHOLE };
        if cut != WHOLE {
            drop(client.shutdown(Shutdown::Both));
        }
        if cut != BEFORE && to.write_all(&bytes[..count]).is_err() {
            break;
        }
        if cut == AFTER {
            // The server reads it before it sees the end.
            drop(server.shutdown(Shutdown::Write));
            return;
        }
        if cut == BEFORE {
            break;
        }
    }
    drop(server.shutdown(Shutdown::Both));
}
