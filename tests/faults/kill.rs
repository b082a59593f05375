use super::load::{Load, assert_whole, rounds, world};
use crate::support::app::both;
use crate::support::program::Program;

both! {
    async fn killed_under_load_no_answered_payment_is_lost(app: TestApp) {
        let world = world(&app).await;
        let mut recorded = std::collections::BTreeSet::new();
        for round in 0..rounds(3) {
            let mut program = Program::serve(&app, &[]);
            let load = Load::start(&program.client(&world.admin), &world, false);
            // Not at the same point of the work each time.
            load.reach(5 + (round * 7) % 23).await;
            program.child.kill().expect("kills");
            program.child.wait().expect("ends");
            let answers = load.end().await;
            assert_eq!(answers.refused, Vec::<u16>::new());
            assert!(answers.unanswered > 0);
            recorded.extend(answers.recorded);
            assert_whole(&app, &recorded);
        }
        // It starts clean after all of that.
        let program = Program::serve(&app, &[]);
        program.client(&world.admin).get("//health/ready").await.ok();
        program.client(&world.admin).post(&format!("/projects/{}/disbursements", world.project), world.payment_body(1, "2024-05-01", "after")).await.created();
    }
}
