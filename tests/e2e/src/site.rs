//! A built site, served from memory of nothing but its own `_headers`.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tower_http::services::ServeDir;

use crate::{Result, checkout};

pub struct Site {
    url: String,
    server: JoinHandle<()>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// What was asked for and answered.
    answered: Mutex<Vec<Answered>>,
    /// Whether requests with a query get no answer, and no end either.
    holds: AtomicBool,
    /// What is there in the place of the service worker: empty, nothing.
    worker: Mutex<Option<String>>,
    /// The file whose path ends so is not to be had as it should, and how.
    spoilt: Mutex<Option<(String, Spoilt)>>,
    /// Whether browsers may keep nothing.
    uncached: AtomicBool,
    closed: Notify,
}

/// How a file is not to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoilt {
    /// The host fails: 500.
    Failing,
    /// It is sent as plain text.
    Mistyped,
    /// The connection breaks off half-way.
    Cut,
    /// The connection breaks off before anything is sent.
    Gone,
    /// It never comes.
    Kept,
}

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// As it was asked for, from the site's root, with its query.
    pub path: String,
    pub status: u16,
}

impl Site {
    /// Serves a folder of the checkout with the headers that its `_headers`
    /// asks of a host.
    pub async fn serve(folder: &str) -> Result<Site> {
        let root = checkout().join(folder);
        let rules = Rules::of(&root)?;
        Site::serve_with(&root, rules).await
    }

    /// Serves a folder of the checkout as a host does that knows nothing of
    /// `_headers`.
    pub async fn serve_bare(folder: &str) -> Result<Site> {
        Site::serve_with(&checkout().join(folder), Rules::default()).await
    }

    /// Serves a folder of the checkout with the headers of its `_headers` but for one.
    pub async fn serve_without(folder: &str, header: &str) -> Result<Site> {
        let root = checkout().join(folder);
        let mut rules = Rules::of(&root)?;
        for (_, sent) in &mut rules.0 {
            sent.retain(|(name, _)| name != header);
        }
        Site::serve_with(&root, rules).await
    }

    async fn serve_with(root: &Path, rules: Rules) -> Result<Site> {
        let shared = Arc::new(Shared::default());
        let for_requests = Arc::clone(&shared);
        let router = Router::new()
            .fallback_service(ServeDir::new(root))
            .layer(from_fn(move |request: Request, next: Next| {
                let (rules, shared) = (rules.clone(), Arc::clone(&for_requests));
                async move {
                    let file = request.uri().path().to_owned();
                    let path = request.uri().to_string();
                    if path.contains('?') && shared.holds.load(Ordering::Relaxed) {
                        std::future::pending::<()>().await;
                    }
                    let worker = shared.worker().clone();
                    let mut response = match worker.filter(|_| file.ends_with("/sw.js")) {
                        Some(script) if script.is_empty() => StatusCode::NOT_FOUND.into_response(),
                        Some(script) => {
                            ([("content-type", "text/javascript")], script).into_response()
                        }
                        None => next.run(request).await,
                    };
                    let spoilt = shared.spoilt().clone();
                    let spoilt = spoilt.filter(|(end, _)| file.ends_with(end.as_str()));
                    if let Some((_, how)) = spoilt {
                        response = how.instead(response).await;
                    }
                    rules.apply(&file, response.headers_mut());
                    if shared.uncached.load(Ordering::Relaxed) {
                        let store = HeaderValue::from_static("no-store");
                        response.headers_mut().insert("cache-control", store);
                    }
                    let status = response.status().as_u16();
                    shared.answered().push(Answered { path, status });
                    response
                }
            }));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let closed = Arc::clone(&shared);
        let server = tokio::spawn(async move {
            let closed = async move { closed.closed.notified().await };
            // Ends with the test that it serves.
            let _ = (axum::serve(listener, router).with_graceful_shutdown(closed)).await;
        });
        Ok(Site {
            url,
            server,
            shared,
        })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// What was answered so far.
    pub fn answered(&self) -> Vec<Answered> {
        self.shared.answered().clone()
    }

    /// How often the page itself was asked for.
    pub fn loads(&self) -> usize {
        let answered = self.shared.answered();
        let of_page = |path: &str| path == "/" || path.starts_with("/?");
        answered.iter().filter(|a| of_page(&a.path)).count()
    }

    /// From now on requests with a query are left without an answer, or no longer.
    pub fn hold(&self, holds: bool) {
        self.shared.holds.store(holds, Ordering::Relaxed);
    }

    /// From now on the file whose path ends so is not to be had as it should.
    pub fn spoil(&self, end: &str, how: Spoilt) {
        self.shared.uncached.store(true, Ordering::Relaxed);
        *self.shared.spoilt() = Some((end.to_owned(), how));
    }

    /// From now on everything is to be had.
    pub fn mend(&self) {
        *self.shared.spoilt() = None;
    }

    /// From now on there is no service worker to be had.
    pub fn hide_worker(&self) {
        self.replace_worker("");
    }

    /// From now on the service worker is this script.
    pub fn replace_worker(&self, script: &str) {
        *self.shared.worker() = Some(script.to_owned());
    }

    /// Takes the server away, with all its connections: nobody can reach it any more.
    pub async fn close(&mut self) -> Result {
        self.shared.closed.notify_one();
        Ok((&mut self.server).await?)
    }
}

impl Spoilt {
    /// What is sent in the place of the file.
    async fn instead(self, mut file: Response) -> Response {
        match self {
            Spoilt::Failing => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Spoilt::Mistyped => {
                let plain = HeaderValue::from_static("text/plain");
                file.headers_mut().insert("content-type", plain);
                file
            }
            Spoilt::Kept => std::future::pending().await,
            Spoilt::Cut | Spoilt::Gone => {
                let (head, body) = file.into_parts();
                let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
                let sent = match self {
                    Spoilt::Cut => whole.slice(..whole.len() / 2),
                    _ => whole.slice(..0),
                };
                let broken = std::io::Error::other("broken off");
                let parts = futures_util::stream::iter([Ok(sent), Err(broken)]);
                Response::from_parts(head, Body::from_stream(parts))
            }
        }
    }
}

impl Shared {
    fn spoilt(&self) -> std::sync::MutexGuard<'_, Option<(String, Spoilt)>> {
        let lock = self.spoilt.lock();
        lock.unwrap_or_else(PoisonError::into_inner)
    }

    fn worker(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        let lock = self.worker.lock();
        lock.unwrap_or_else(PoisonError::into_inner)
    }

    fn answered(&self) -> std::sync::MutexGuard<'_, Vec<Answered>> {
        let lock = self.answered.lock();
        lock.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The rules of a `_headers` file: paths, and what is sent for them.
#[derive(Clone, Default)]
pub struct Rules(Vec<(String, Vec<(HeaderName, HeaderValue)>)>);

impl Rules {
    /// What the built site in a folder asks of a host.
    ///
    /// # Errors
    /// If there is none.
    pub fn of(site: &Path) -> Result<Rules> {
        let file = std::fs::read_to_string(site.join("_headers")).map_err(|error| {
            format!(
                "{} holds no built site ({error}): run `cargo xtask test`, which builds it",
                site.display()
            )
        })?;
        Rules::read(&file)
    }

    /// Reads a file as Netlify and Cloudflare do: a line with a path, below it indented
    /// lines with a header each, and comments.
    fn read(file: &str) -> Result<Rules> {
        let mut rules = Rules::default();
        let is_said = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
        for line in file.lines().filter(is_said) {
            match (line.trim().split_once(": "), rules.0.last_mut()) {
                (Some((name, value)), Some((_, headers))) if line.starts_with(' ') => {
                    headers.push((name.parse()?, value.parse()?));
                }
                _ => rules.0.push((line.trim().to_owned(), Vec::new())),
            }
        }
        Ok(rules)
    }

    /// What is to be sent for a path. Of several rules for one header all count.
    pub fn sent(&self, path: &str) -> impl Iterator<Item = &(HeaderName, HeaderValue)> {
        let fits = move |pattern: &str| match pattern.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == pattern,
        };
        let rules = self.0.iter().filter(move |(pattern, _)| fits(pattern));
        rules.flat_map(|(_, headers)| headers)
    }

    fn apply(&self, path: &str, headers: &mut HeaderMap) {
        for (name, value) in self.sent(path) {
            headers.append(name, value.clone());
        }
    }
}
