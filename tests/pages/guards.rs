//! Every page and form, asked for by somebody who may only read, and by nobody.

use actix_web::http::Method;
use giaingan::domain::permission::{Permission, Role};
use giaingan::http::endpoint::Access;
use giaingan::http::pages::routes;
use serde_json::json;

use crate::support::app::both;
use crate::support::browser::Browser;

both! {
    async fn readers_are_kept_from_what_needs_more_and_strangers_from_everything(app: TestApp) {
        let viewer = Browser::user(&app, "xem", None, json!([{"role": "viewer", "unit_id": 1}])).await;
        let stranger = Browser::new(&app);
        let token = viewer.get("/account").await.ok().value_of("_csrf");
        let mut looked_at = 0;
        for page in routes() {
            let Access::Needs(permission) = page.access else { continue };
            let parts = page.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
            let path = parts.collect::<Vec<_>>().join("/");
            let (seen, refused) = match page.method == Method::GET {
                true => (viewer.get(&path).await, stranger.get(&path).await.status),
                false => (viewer.post(&path, &[("_csrf", &token)]).await, stranger.post(&path, &[]).await.status),
            };
            let wanted = if page.method == Method::GET { 303 } else { 401 };
            assert_eq!(refused, wanted, "a stranger at {} {path}", page.method);
            match Role::Viewer.may(permission) {
                true => assert!(matches!(seen.status, 200 | 303 | 404 | 422), "{path}: {}", seen.status),
                false => assert_eq!(seen.status, 403, "{} {path} needs {permission:?}", page.method),
            }
            looked_at += 1;
        }
        assert!(looked_at > 30, "{looked_at}");
        assert!(routes().iter().any(|page| matches!(page.access, Access::Needs(Permission::Commit))));
    }
}
