//! What a workbook claims, looked at before a parser believes it.

use std::fs::File;
use std::io::Read;

use zip::ZipArchive;

use super::raw::Refusal;

/// Entries of the archive; a workbook of ours has a dozen, one with drawings a few hundred.
const ENTRIES: usize = 2_000;
/// Inflated bytes of all entries.
const INFLATED: u64 = 300 << 20;
/// Inflated bytes of the shared strings, which the parser holds in memory.
const STRINGS: u64 = 64 << 20;
/// Shared strings that the parser may make room for.
const STRING_COUNT: u64 = 2_000_000;
/// Inflated bytes for each packed byte, beyond the first few megabytes.
const RATIO: u64 = 200;
/// Inflated bytes below which the ratio says nothing.
const SMALL: u64 = 8 << 20;
/// How much of an entry is searched for a document type definition.
const HEAD: u64 = 64 << 10;

/// Refuses an archive that is more than a workbook can be.
pub fn check(file: &File) -> Result<(), Refusal> {
    let mut archive = ZipArchive::new(file).map_err(|_| Refusal::Damaged)?;
    if archive.len() > ENTRIES {
        return Err(Refusal::Bomb);
    }
    let mut inflated = 0_u64;
    let mut has_book = false;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|_| Refusal::Damaged)?;
        let (size, packed) = (entry.size(), entry.compressed_size());
        let name = entry
            .name()
            .map_err(|_| Refusal::Damaged)?
            .to_ascii_lowercase();
        inflated = inflated.saturating_add(size);
        if inflated > INFLATED || (size > SMALL && size / packed.max(1) > RATIO) {
            return Err(Refusal::Bomb);
        }
        has_book |= name == "xl/workbook.xml";
        let is_strings = name.ends_with("sharedstrings.xml");
        let is_xml = name.ends_with(".xml") || name.ends_with(".rels");
        if !is_xml {
            continue;
        }
        let mut head = Vec::new();
        let mut entry = entry;
        let read = entry.by_ref().take(HEAD).read_to_end(&mut head);
        read.map_err(|_| Refusal::Damaged)?;
        check_head(&head, is_strings)?;
        // The size that an entry claims is only a claim.
        let limit = if is_strings { STRINGS } else { INFLATED };
        let rest = std::io::copy(&mut entry.take(limit), &mut std::io::sink());
        match rest {
            Ok(rest) if rest < limit => {}
            Ok(_) => return Err(Refusal::Bomb),
            Err(_) => return Err(Refusal::Damaged),
        }
    }
    match has_book {
        true => Ok(()),
        false => Err(Refusal::Unknown),
    }
}

fn check_head(head: &[u8], is_strings: bool) -> Result<(), Refusal> {
    // UTF-16 would hide what is looked for; no program writes a workbook in it.
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Err(Refusal::Damaged);
    }
    let text = String::from_utf8_lossy(head);
    if text.contains("<!DOCTYPE") || text.contains("<!ENTITY") {
        return Err(Refusal::Dtd);
    }
    if is_strings && claimed_strings(&text) > STRING_COUNT {
        return Err(Refusal::Bomb);
    }
    Ok(())
}

/// The greatest count that the shared strings claim.
fn claimed_strings(text: &str) -> u64 {
    let of = |name: &str| {
        let (_, rest) = text.split_once(name)?;
        let digits: String = rest
            .trim_start_matches(['=', '"', '\'', ' '])
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        Some(digits.parse::<u64>().unwrap_or(u64::MAX))
    };
    of("uniqueCount").unwrap_or_default()
}
