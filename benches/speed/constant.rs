//! The second reference: actix-web answering a constant of the size that the product answered.

use actix_web::{App, HttpResponse, HttpServer, web};

/// Serves `/{size}` until killed.
pub fn serve() {
    let listen = std::env::var("GIAINGAN_LISTEN").expect("an address");
    let served = actix_web::rt::System::new().block_on(async move {
        HttpServer::new(|| {
            App::new()
                .route("/health/ready", web::get().to(HttpResponse::Ok))
                .default_service(web::to(answer))
        })
        .bind(listen)?
        .run()
        .await
    });
    served.expect("serves");
}

async fn answer(request: actix_web::HttpRequest) -> HttpResponse {
    let size = request.path().trim_start_matches('/').parse().unwrap_or(0);
    HttpResponse::Ok()
        .content_type("application/json")
        .body(vec![b'0'; size])
}
