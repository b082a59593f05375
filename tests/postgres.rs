//! The throw-away PostgreSQL server itself.

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl};

use crate::support::app::postgres_url;

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    value: String,
}

fn database() -> PgConnection {
    PgConnection::establish(&postgres_url()).unwrap()
}

fn value(connection: &mut PgConnection, query: &str) -> String {
    diesel::sql_query(query)
        .get_result::<Value>(connection)
        .unwrap()
        .value
}

#[test]
fn each_test_has_a_migrated_database_of_its_own() {
    let (mut one, mut two) = (database(), database());
    one.batch_execute("INSERT INTO holidays (date, name) VALUES ('2025-01-29', 'Đắk Ơ')")
        .unwrap();
    assert_eq!(
        value(&mut one, "SELECT name AS value FROM holidays"),
        "Đắk Ơ"
    );
    assert_eq!(
        value(&mut two, "SELECT count(*)::text AS value FROM holidays"),
        "0"
    );
}

#[test]
fn many_tests_may_ask_at_once() {
    let threads = (0..16).map(|_| {
        std::thread::spawn(|| value(&mut database(), "SELECT current_database()::text AS value"))
    });
    let mut names: Vec<_> = threads
        .collect::<Vec<_>>()
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 16);
}

#[test]
fn the_server_is_set_up_as_in_production() {
    let mut connection = database();
    for (setting, expected) in [("server_encoding", "UTF8"), ("TimeZone", "UTC")] {
        let query = format!("SELECT current_setting('{setting}') AS value");
        assert_eq!(value(&mut connection, &query), expected);
    }
}
