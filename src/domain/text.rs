//! Vietnamese text: storing, searching, sorting (domain.md §3).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The form in which text is stored: NFC, so that equal names are equal bytes.
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// The search key: lower case, no tone or vowel marks, `đ` as `d`, one space between words, none at the ends.
/// "duong tran quoc nghien" finds "Đường Trần Quốc Nghiễn". Equal for NFC and NFD input, and folding twice changes nothing.
pub fn fold(text: &str) -> String {
    let plain: String = lower_nfd(text)
        .filter(|c| !is_combining_mark(*c))
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lower-case characters with every mark standing after its letter.
fn lower_nfd(text: &str) -> impl Iterator<Item = char> {
    // Decomposed first, so that NFC and NFD take the same way, and again after, as lower-casing can compose (İ).
    // Ð (eth) looks like Đ and stands for it in text converted from old Vietnamese fonts.
    text.nfd()
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'ð' { 'đ' } else { c })
        .nfd()
}

/// The letters in alphabetical order; `f j w z` are foreign and stand where Latin has them.
const ALPHABET: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";

/// Ends the letters of a key, so that "an" comes before "anh". Below every other byte of a key.
const END: char = ' ';
/// Between words, so that "an bình" comes before "anh".
const GAP: char = '!';

/// A key whose plain byte order is Vietnamese alphabetical order. ASCII only, equal for NFC and NFD.
///
/// First come the letters (case ignored; other characters before digits, digits before letters, whole numbers by
/// value, foreign scripts last), then the tones word by word: ngang, huyền, hỏi, ngã, sắc, nặng. So a tone decides only
/// between names whose letters are the same, and "hoà" equals "hòa".
pub fn sort_key(text: &str) -> String {
    let mut key = String::new();
    let mut tones = String::new();
    let mut number = String::new();
    let trimmed: String = lower_nfd(text.trim()).collect();
    let mut chars = trimmed.chars().peekable();
    while let Some(c) = chars.next() {
        let mut marks = String::new();
        while let Some(mark) = chars.next_if(|next| is_combining_mark(*next)) {
            marks.push(mark);
        }
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        push_number(&mut key, &mut tones, &mut number);
        if c.is_whitespace() {
            // A run of spaces is one gap.
            if !key.ends_with(GAP) {
                key.push(GAP);
                tones.push(GAP);
            }
        } else {
            push_letter(&mut key, &mut tones, c, &marks);
        }
    }
    push_number(&mut key, &mut tones, &mut number);
    key.push(END);
    key.push_str(&tones);
    key
}

/// Writes the collected digits so that numbers of any length compare by value, and empties them.
fn push_number(key: &mut String, tones: &mut String, number: &mut String) {
    if number.is_empty() {
        return;
    }
    let digits = number.trim_start_matches('0');
    // The count of digits comes first, so that a longer number is a greater one; `?` says "fifteen, and more".
    let mut left = digits.len();
    while left >= 15 {
        key.push('?');
        left -= 15;
    }
    key.extend("0123456789:;<=>".chars().nth(left));
    key.push_str(digits);
    tones.push(GAP);
    number.clear();
}

/// Writes one letter with its vowel mark to `key` and its tone to `tones`; any other character by its code.
fn push_letter(key: &mut String, tones: &mut String, base: char, marks: &str) {
    let (shaped, rest) = shape(base, marks);
    // One byte for each of the 33 letters, `A` to `a`: above the digits.
    let known = ALPHABET
        .chars()
        .zip('A'..)
        .find(|(letter, _)| *letter == shaped);
    match known {
        Some((_, byte)) => key.push(byte),
        // Punctuation below the digits, letters of other scripts above ours.
        None => key.push_str(&format!(
            "{}{:06x}",
            if base.is_alphanumeric() { '~' } else { '+' },
            u32::from(base)
        )),
    }
    tones.extend(rest.into_iter().map(tone));
    if !shaped.is_alphabetic() {
        tones.push(GAP);
    }
}

/// The letter that a base and its vowel mark make (`a` and the breve make `ă`), with the marks left over.
fn shape(base: char, marks: &str) -> (char, Vec<char>) {
    let letter = |mark: char| match (base, mark) {
        ('a', '\u{306}') => Some('ă'),
        ('a', '\u{302}') => Some('â'),
        ('e', '\u{302}') => Some('ê'),
        ('o', '\u{302}') => Some('ô'),
        ('o', '\u{31b}') => Some('ơ'),
        ('u', '\u{31b}') => Some('ư'),
        _ => None,
    };
    match marks.chars().find(|mark| letter(*mark).is_some()) {
        Some(shaping) => (
            letter(shaping).unwrap_or(base),
            marks.chars().filter(|mark| *mark != shaping).collect(),
        ),
        None => (base, marks.chars().collect()),
    }
}

/// The place of a tone mark among the tones; no mark at all (ngang) writes nothing, which sorts first. Foreign marks
/// come after the five tones.
fn tone(mark: char) -> char {
    match mark {
        '\u{300}' => '1',
        '\u{309}' => '2',
        '\u{303}' => '3',
        '\u{301}' => '4',
        '\u{323}' => '5',
        _ => '6',
    }
}

/// Whether the text holds a character that is hidden, see [`is_hidden`]; line feed and tab are allowed when
/// `multiline`.
pub fn has_control(text: &str, multiline: bool) -> bool {
    text.chars().any(|c| match c {
        '\n' | '\t' => !multiline,
        c => is_hidden(c),
    })
}

/// Whether a character cannot be seen and could make two names look alike, reorder a line or end one: controls
/// (C0, DEL, C1), soft hyphens, zero-width characters and joiners, line and paragraph separators, bidirectional
/// marks, overrides and isolates, tags.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
