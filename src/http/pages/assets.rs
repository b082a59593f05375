//! Styles, script and icon, built into the program. Their names carry a hash of their content, so
//! that browsers may keep them for good.

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::domain::hash::sha256_hex;
use crate::error::{Code, Error};

/// A file and the address it is served under.
pub struct Asset {
    /// Address.
    pub path: String,
    kind: &'static str,
    content: &'static str,
}

impl Asset {
    fn new(name: &str, extension: &str, kind: &'static str, content: &'static str) -> Self {
        let hash = sha256_hex(content.as_bytes());
        let hash = hash.get(..12).unwrap_or(&hash);
        Asset {
            path: format!("/assets/{name}-{hash}.{extension}"),
            kind,
            content,
        }
    }
}

/// The one style sheet.
pub static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let content = concat!(
        include_str!("assets/base.css"),
        include_str!("assets/parts.css"),
        include_str!("assets/print.css")
    );
    Asset::new("style", "css", "text/css; charset=utf-8", content)
});

/// The one script; every page works without it.
pub static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_str!("assets/app.js");
    Asset::new("app", "js", "text/javascript; charset=utf-8", content)
});

/// The icon.
pub static ICON: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_str!("assets/icon.svg");
    Asset::new("icon", "svg", "image/svg+xml", content)
});

/// Registers the addresses.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(web::resource("/assets/{name}").get(serve));
    config.service(web::resource("/favicon.ico").get(favicon));
}

async fn serve(request: HttpRequest) -> Result<HttpResponse, Error> {
    let asset = [&*STYLE, &*SCRIPT, &*ICON]
        .into_iter()
        .find(|asset| asset.path == request.path())
        .ok_or(Error::from(Code::NotFound))?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, asset.kind))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.content))
}

async fn favicon() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, ICON.kind))
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .body(ICON.content)
}
