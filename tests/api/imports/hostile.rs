//! Files that mean harm: refused in seconds, and the server goes on serving.

use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::json;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{commit, payment, payments};
use crate::support::app::{Answer, Client, both};
use crate::support::builders::World;
use crate::support::upload::{form, send};

const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const HEAD: &str = r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#;
const TAIL: &str = "</sheetData></worksheet>";

/// A workbook whose one sheet is this, with more entries beside it.
fn book(sheet: &[u8], more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let parts: [(&str, &[u8]); 3] = [
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (name, content) in parts.iter().chain(more) {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("an entry");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("a file").into_inner()
}

fn cells(cells: &str) -> Vec<u8> {
    format!("{HEAD}{cells}{TAIL}").into_bytes()
}

fn corpus() -> Vec<(&'static str, Vec<u8>)> {
    let far = cells(
        r#"<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#,
    );
    let mut bomb = cells("");
    bomb.extend(std::iter::repeat_n(b' ', 60 << 20));
    let many: Vec<(String, Vec<u8>)> = (0..10_000)
        .map(|at| (format!("xl/media/{at}.bin"), Vec::new()))
        .collect();
    let many: Vec<(&str, &[u8])> = many
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_slice()))
        .collect();
    let strings = br#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1000000000" uniqueCount="1000000000"><si><t>a</t></si></sst>"#;
    let dtd = format!(
        r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>{}"#,
        &HEAD[21..]
    );
    let whole = payments(vec![payment("7891234", 1, "2024-03-05", "v1")]);
    let cut = whole[..whole.len() / 2].to_vec();
    let mut noise = b"PK\x03\x04".to_vec();
    noise.extend((0..100_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8));
    let mut old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    old.extend([0; 4_096]);
    vec![
        ("a cell in the far corner", book(&far, &[])),
        ("a thousand to one", book(&bomb, &[])),
        ("ten thousand entries", book(&cells(""), &many)),
        (
            "a billion shared strings",
            book(&cells(""), &[("xl/sharedStrings.xml", strings)]),
        ),
        ("entities", book(dtd.as_bytes(), &[])),
        ("cut short", cut),
        ("noise in an archive", noise),
        ("an old workbook under a new name", old),
        ("not text", vec![0; 1_000]),
        (
            "not UTF-8",
            b"M\xe3 d\xf9 \xe1n,S\xf3 ti\xea\xf1n\n1,2\n".to_vec(),
        ),
        ("an archive that is no workbook", {
            let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
            zip.start_file("a.txt", SimpleFileOptions::default())
                .expect("an entry");
            zip.finish().expect("a file").into_inner()
        }),
        ("nothing", Vec::new()),
    ]
}

/// Memory of this process, which the server runs in, in megabytes.
fn memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages: u64 = text
        .split(' ')
        .nth(1)
        .expect("a number")
        .parse()
        .expect("a number");
    pages * 4 / 1_024
}

async fn still_serves(client: &Client) {
    let file = payments(vec![payment("7891234", 1, "2024-03-05", "v1")]);
    let made = send(client, "kind=disbursements", "good.xlsx", &file)
        .await
        .created();
    assert_eq!(made["errors"], json!([]));
}

both! {
    async fn hostile_files_are_refused_in_seconds(app: TestApp) {
        // Made first: the server does not keep an idle connection for as long.
        let corpus = corpus();
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        for (name, content) in corpus {
            let (started, before) = (Instant::now(), memory());
            let problem = send(&world.admin, "kind=disbursements", "x.xlsx", &content).await.refused(422, "invalid");
            assert_eq!(problem["errors"][0]["pointer"], "/file", "{name}: {problem}");
            assert!(started.elapsed() < Duration::from_secs(20), "{name} took {:?}", started.elapsed());
            assert!(memory() < before + 200, "{name} took {} MB", memory() - before);
        }
        still_serves(&world.admin).await;
    }

    async fn a_body_beyond_all_bounds_is_refused_before_it_is_read(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let (kind, _) = form(&[], None);
        // It claims a gigabyte; the answer does not wait for it.
        let address = app.base.trim_start_matches("http://").to_owned();
        let token = world.admin.token.clone().expect("a token");
        let answer = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).expect("connects");
            stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
            let head = format!("POST /api/v1/imports?kind=disbursements HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\nContent-Length: 1073741824\r\n\r\n");
            stream.write_all(head.as_bytes()).expect("sent");
            let mut text = vec![0; 2_000];
            let length = std::io::Read::read(&mut stream, &mut text).expect("an answer");
            String::from_utf8_lossy(&text[..length]).into_owned()
        }).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        still_serves(&world.admin).await;
    }

    async fn formulas_and_markup_stay_text(app: TestApp) {
        let world = World::new(&app).await;
        world.plan(world.project, 1_000).await;
        let mut row = payment("7891234", 1, "2024-03-05", "=HYPERLINK(\"http://x\")");
        row.push("<script>alert(1)</script>".into());
        let made = send(&world.admin, "kind=disbursements", "a.xlsx", &payments(vec![row])).await.created();
        commit(&world.admin, &made).await.ok();
        let paid = world.admin.get("/disbursements").await.ok();
        assert_eq!(paid["data"][0]["voucher_number"], "=HYPERLINK(\"http://x\")");
        assert_eq!(paid["data"][0]["note"], "<script>alert(1)</script>");
        let (kind, body) = form(&[], Some(("../../etc/<b>x</b>.xlsx", &payments(vec![]))));
        let request = world.admin.request(reqwest::Method::POST, "/imports?kind=disbursements").header("Content-Type", kind).body(body);
        assert_eq!(Answer::of(request).await.created()["file_name"], "b>.xlsx");
    }
}
