//! The one binary of the site: it runs in the page and in every worker.

/// Called when the module starts in a memory for the first time. In a worker
/// there is nothing to do yet: `www/worker.js` calls in.
#[cfg(target_arch = "wasm32")]
fn main() {
    if lockstep::web::is_page() {
        lockstep::ui::mount();
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("Lockstep runs in a browser: build and serve it with `cargo xtask serve`.");
    std::process::exit(2);
}
