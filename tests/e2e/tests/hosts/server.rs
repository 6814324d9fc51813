//! A server that serves the built site by its configuration in `hosting/`.

use std::fs::{self, File};
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use e2e::{Killed, Result, checkout};
use reqwest::Response;

/// How long a server may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug)]
pub enum Program {
    Nginx,
    Caddy,
}

/// Where the site is on its host.
#[derive(Clone, Copy, Debug)]
pub enum At {
    Root,
    /// In `/lockstep/`, as the configuration's comment tells to have it.
    Folder,
}

pub struct Server {
    url: String,
    client: reqwest::Client,
    process: Killed,
    /// What it has to say.
    log: PathBuf,
}

impl Program {
    /// The variable that says where the program is, or that it is `none`.
    fn variable(self) -> &'static str {
        match self {
            Program::Nginx => "NGINX",
            Program::Caddy => "CADDY",
        }
    }

    /// Serves the built site on a port of its own; nothing if there is no such program, and
    /// then it says so.
    pub async fn serve(self, at: At) -> Result<Option<Server>> {
        let variable = self.variable();
        let program = std::env::var(variable).unwrap_or_else(|_| variable.to_lowercase());
        if program == "none" {
            // Not by eprintln!, which nobody sees of a test that passes.
            writeln!(std::io::stderr(), "left out, {variable} is none: {at:?}")?;
            return Ok(None);
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{variable}-{port}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        let log = folder.join("log");
        let mut command = match self {
            Program::Nginx => nginx(&program, at, port, &folder)?,
            Program::Caddy => caddy(&program, at, port, &folder)?,
        };
        let process = Killed::start(
            command
                .stdout(Stdio::null())
                .stderr(Stdio::from(File::create(&log)?)),
        )?;
        let path = match at {
            At::Root => "/",
            At::Folder => "/lockstep/",
        };
        let mut server = Server {
            url: format!("http://127.0.0.1:{port}{path}"),
            client: reqwest::Client::builder().no_proxy().build()?,
            process,
            log,
        };
        server.started().await?;
        Ok(Some(server))
    }
}

/// nginx without privileges, with our configuration in its `http`.
fn nginx(program: &str, at: At, port: u16, folder: &Path) -> Result<Command> {
    let config = fs::read_to_string(checkout().join("hosting/nginx.conf"))?;
    let config = with(&config, "listen 80;", &format!("listen 127.0.0.1:{port};"))?;
    let root = |path: &Path| format!("root {};", path.display());
    let config = match at {
        At::Root => with(&config, "root /var/www/lockstep;", &root(&site()))?,
        At::Folder => {
            let config = with(&config, "location / {", "location /lockstep/ {")?;
            std::os::unix::fs::symlink(site(), folder.join("lockstep"))?;
            with(&config, "root /var/www/lockstep;", &root(folder))?
        }
    };
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| format!("{what}_temp_path {}/{what};", folder.display()));
    let main = folder.join("main.conf");
    fs::write(
        &main,
        format!(
            "daemon off; master_process off; pid {}/pid; error_log stderr;\n\
             events {{}}\n\
             http {{\naccess_log off; {}\n{config}\n}}\n",
            folder.display(),
            temporary.join(" ")
        ),
    )?;
    let mut command = Command::new(program);
    command.args(["-e", "stderr", "-c"]).arg(main);
    Ok(command)
}

/// Caddy without its administration, with our configuration as it is.
fn caddy(program: &str, at: At, port: u16, folder: &Path) -> Result<Command> {
    let config = checkout().join("hosting/Caddyfile");
    let address = format!("http://127.0.0.1:{port}");
    let mut main = format!("{{\nadmin off\n}}\nimport {}\n", config.display());
    let mut command = Command::new(program);
    match at {
        At::Root => command.env("LOCKSTEP_ADDRESS", address),
        At::Folder => {
            let told = fs::read_to_string(&config)?;
            let told: Vec<&str> = (told.lines())
                .filter_map(|line| line.strip_prefix("#\t"))
                .collect();
            main += &format!("{address} {{\n{}\n}}\n", told.join("\n"));
            // The site at the root is there too, and on no port that anybody needs.
            command.env("LOCKSTEP_ADDRESS", "http://127.0.0.1:0")
        }
    };
    let caddyfile = folder.join("Caddyfile");
    fs::write(&caddyfile, main)?;
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(caddyfile)
        .env("LOCKSTEP_ROOT", site())
        .env("HOME", folder)
        .env("XDG_CONFIG_HOME", folder)
        .env("XDG_DATA_HOME", folder);
    Ok(command)
}

/// The text with one part replaced, which must be there once.
fn with(text: &str, part: &str, by: &str) -> Result<String> {
    match text.matches(part).count() {
        1 => Ok(text.replace(part, by)),
        n => Err(format!("{part} is {n} times in the configuration").into()),
    }
}

/// The built site.
pub fn site() -> PathBuf {
    checkout().join("dist")
}

impl Server {
    /// Waits until it answers.
    async fn started(&mut self) -> Result {
        let start = Instant::now();
        while self.client.get(&self.url).send().await.is_err() {
            if self.process.has_ended()? || start.elapsed() > PATIENCE {
                let log = fs::read_to_string(&self.log)?;
                return Err(format!("the server does not start:\n{log}").into());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// The site's address, with a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What is answered for a path of the site, asked for with some headers.
    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Response> {
        let path = path.trim_start_matches('/');
        let mut request = self.client.get(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Ok(request.send().await?)
    }
}
