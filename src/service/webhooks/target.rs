//! Which addresses a webhook may have. What a name stands for is looked at when it is spoken to.

use std::net::IpAddr;

use reqwest::Url;

use crate::domain::webhook::is_public;

/// What is wrong, in Vietnamese and English.
type Why = (&'static str, &'static str);

const FORM: Why = (
    "cần địa chỉ https://… không kèm tên đăng nhập",
    "an address https://… without a user name is expected",
);
const SECURE: Why = (
    "chỉ nhận địa chỉ https://",
    "only https:// addresses are taken",
);
const PRIVATE: Why = (
    "địa chỉ mạng nội bộ không được phép theo cấu hình",
    "the settings allow no address of a private network",
);

/// Checks the address of a webhook as it is written.
pub(super) fn check(text: &str, allow_private: bool) -> Result<(), Why> {
    let url: Url = text.parse().map_err(|_| FORM)?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    if !matches!(url.scheme(), "https" | "http") || url.host().is_none() || !is_plain {
        return Err(FORM);
    }
    if url.scheme() == "http" && !allow_private {
        return Err(SECURE);
    }
    match is_private_literal(&url) && !allow_private {
        true => Err(PRIVATE),
        false => Ok(()),
    }
}

/// Whether the host is written as an address that is not public, in whatever notation.
pub fn is_private_literal(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>()
        .is_ok_and(|address| !is_public(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_public_and_anonymous() {
        for good in [
            "https://kho-bac.example/hook",
            "https://8.8.8.8:8443/x?y=1",
            "https://xn--bcher-kva.example/",
        ] {
            assert_eq!(check(good, false), Ok(()), "{good}");
        }
        for bad in [
            "",
            "x",
            "ftp://a.example/",
            "https://",
            "http://a.example/",
            "https://user:x@a.example/",
            "https://user@a.example/",
            "file:///etc/passwd",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://017700000001/",
            "https://169.254.169.254/latest/meta-data",
            "https://10.0.0.1/",
            "https://[fd00::1]:8443/",
        ] {
            assert!(check(bad, false).is_err(), "{bad}");
        }
        assert_eq!(check("http://127.0.0.1:9000/hook", true), Ok(()));
        assert!(check("ftp://127.0.0.1/", true).is_err());
    }
}
