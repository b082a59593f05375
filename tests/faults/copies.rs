use giaingan::service::{Ctx, backup};

use super::load::{Load, assert_whole, vouchers, world};
use crate::support::app::{TestApp, both};
use crate::support::program::{Program, command, ran};

both! {
    async fn a_backup_under_load_is_one_moment_of_it(app: TestApp) {
        let world = world(&app).await;
        let program = Program::serve(&app, &[]);
        let load = Load::start(&program.client(&world.admin), &world, false);
        load.reach(20).await;
        let before = vouchers(&app);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("b.sqlite");
        let saving = command(&app, &["backup", file.to_str().expect("text")], &[]);
        let saved = tokio::task::spawn_blocking(move || ran(saving));
        let (done, said) = saved.await.expect("ends");
        assert!(done, "{said}");
        load.reach(load.recorded() + 5).await;
        let answers = load.end().await;
        assert_eq!((answers.refused, answers.unanswered), (vec![], 0), "nobody waited in vain");
        drop(program);
        for restored in [TestApp::sqlite().await, TestApp::postgres().await] {
            backup::restore(&Ctx::system(&restored.app, "test"), &file, true).expect("restores");
            assert_whole(&restored, &before);
            let there = vouchers(&restored);
            assert!(there.is_superset(&before) && there.is_subset(&answers.recorded), "a moment of the load");
        }
    }
}
