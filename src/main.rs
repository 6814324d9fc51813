//! The page's module. What runs is in those beside it: `src/bin/`.

#[cfg(target_arch = "wasm32")]
fn main() {
    lockstep::ui::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("Lockstep runs in a browser: build and serve it with `cargo xtask serve`.");
    std::process::exit(2);
}
