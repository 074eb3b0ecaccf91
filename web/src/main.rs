//! Starts the page.

fn main() {
    imagen4_web::shell::take_over();
}
