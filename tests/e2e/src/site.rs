//! A built site, served from memory of nothing but its own `_headers`.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower_http::services::ServeDir;

use crate::Result;

pub struct Site {
    url: String,
    server: JoinHandle<()>,
}

impl Site {
    /// Serves a folder of the checkout with the headers that its `_headers`
    /// asks of a host.
    pub async fn serve(folder: &str) -> Result<Site> {
        let root = checkout().join(folder);
        if !root.join("index.html").is_file() {
            return Err(format!(
                "{} holds no built site: run `cargo xtask test`, which builds it",
                root.display()
            )
            .into());
        }
        let headers = headers(&std::fs::read_to_string(root.join("_headers"))?)?;
        Site::serve_with(&root, headers).await
    }

    /// Serves a folder of the checkout as a host does that knows nothing of
    /// `_headers`.
    pub async fn serve_bare(folder: &str) -> Result<Site> {
        Site::serve_with(&checkout().join(folder), Vec::new()).await
    }

    async fn serve_with(root: &Path, headers: Vec<(HeaderName, HeaderValue)>) -> Result<Site> {
        let router = Router::new()
            .fallback_service(ServeDir::new(root))
            .layer(from_fn(move |request: Request, next: Next| {
                let headers = headers.clone();
                async move {
                    let mut response = next.run(request).await;
                    response.headers_mut().extend(headers);
                    response
                }
            }));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let server = tokio::spawn(async move {
            // Ends with the test that it serves.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Site { url, server })
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn checkout() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// The headers that a `_headers` file sets for all paths: the indented lines.
fn headers(file: &str) -> Result<Vec<(HeaderName, HeaderValue)>> {
    let lines = file.lines().filter(|line| line.starts_with(' '));
    lines
        .filter_map(|line| line.trim().split_once(": "))
        .map(|(name, value)| Ok((name.parse()?, value.parse()?)))
        .collect()
}
