use std::fs;
use std::path::Path;

use giaingan::mail::transport::{MailUrl, SendError, Timeouts, Transport};

use super::{TEXT, mail};
use crate::support::eml::Eml;

fn open(directory: &Path) -> Transport {
    Transport::open(&MailUrl::File(directory.into()), Timeouts::default()).unwrap()
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn each_mail_becomes_one_file() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("out/mails");
    let transport = open(&directory);
    transport.send(&mail()).await.unwrap();
    let mut second = mail();
    second.message_id = "<alert-43@giaingan.example>".into();
    transport.send(&second).await.unwrap();
    let expected = [
        "20261123T073000Z-alert-42.raised@giaingan.example.eml",
        "20261123T073000Z-alert-43@giaingan.example.eml",
    ];
    assert_eq!(names(&directory), expected);
    let eml = Eml::parse(&fs::read_to_string(directory.join(expected[0])).unwrap());
    assert_eq!(eml.header("Subject"), mail().subject);
    assert_eq!(eml.text(), TEXT);
}

#[tokio::test]
async fn a_retry_replaces_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let transport = open(directory.path());
    transport.send(&mail()).await.unwrap();
    let name = names(directory.path()).remove(0);
    let first = fs::read(directory.path().join(&name)).unwrap();
    transport.send(&mail()).await.unwrap();
    assert_eq!(names(directory.path()), [name.as_str()]);
    assert_eq!(fs::read(directory.path().join(&name)).unwrap(), first);
}

#[tokio::test]
async fn check_creates_the_directory_and_leaves_nothing_in_it() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("mails");
    open(&directory).check().await.unwrap();
    assert!(names(&directory).is_empty());
}

#[tokio::test]
async fn a_place_that_is_no_directory_is_a_temporary_failure() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let transport = open(file.path());
    assert!(matches!(
        transport.send(&mail()).await,
        Err(SendError::Temporary(_))
    ));
    assert!(matches!(
        transport.check().await,
        Err(SendError::Temporary(_))
    ));
}
