use super::load::{Load, assert_whole, rounds, world};
use crate::support::app::TestApp;
use crate::support::postgres_cluster::Cluster;
use crate::support::program::Program;

#[actix_web::test]
async fn when_postgres_crashes_and_comes_back_so_do_the_answers() {
    let cluster = Cluster::start().expect("a server");
    // An answered commit must survive, as in production.
    let url = format!(
        "{}/postgres?options=-csynchronous_commit%3Don",
        cluster.base_url()
    );
    let app = TestApp::on(url).await;
    let world = world(&app).await;
    let mut program = Program::serve(&app, &[]);
    let client = program.client(&world.admin);
    let load = Load::start(&client, &world, true);
    for _ in 0..rounds(1) {
        load.reach(load.recorded() + 20).await;
        cluster.restart().expect("restarts");
        load.reach(load.recorded() + 20).await;
    }
    client.get("//health/ready").await.ok();
    let answers = load.end().await;
    assert!(
        answers.refused.iter().all(|status| *status == 503),
        "{:?}",
        answers.refused
    );
    assert_eq!(answers.unanswered, 0, "the program itself stood");
    assert!(program.end("TERM").success());
    assert_whole(&app, &answers.recorded);
}
